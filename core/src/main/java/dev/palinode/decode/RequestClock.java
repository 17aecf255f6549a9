package dev.palinode.decode;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The times of a request: arrival, admission, first token, and time limit. */
final class RequestClock {
  private final long arrived = System.nanoTime();
  private final Optional<Duration> limit;
  private @Nullable Long began;
  private @Nullable Long firstToken;
  private @Nullable Long firstEffectiveToken;

  RequestClock(Optional<Duration> limit) {
    this.limit = limit;
  }

  void begin() {
    began = System.nanoTime();
  }

  void reported(int tokens) {
    if (tokens == 0) {
      firstEffectiveToken = null;
    } else if (firstEffectiveToken == null) {
      firstEffectiveToken = System.nanoTime();
      firstToken = firstToken == null ? firstEffectiveToken : firstToken;
    }
  }

  /** Time left; negative after the limit, empty if there is none. */
  Optional<Duration> left() {
    return limit.map(whole -> whole.minusNanos(System.nanoTime() - arrived));
  }

  boolean isOver() {
    return left().map(Duration::isNegative).orElse(false);
  }

  Usage usage(
      int prompt, int sampled, int forced, int discarded, int visible, int resets, int guardUndos) {
    long now = System.nanoTime();
    long turn = began == null ? now : began;
    return new Usage(
        prompt,
        sampled,
        forced,
        discarded,
        visible,
        resets,
        guardUndos,
        Duration.ofNanos(turn - arrived),
        Duration.ofNanos(now - turn),
        since(turn, firstToken),
        since(turn, firstEffectiveToken));
  }

  private static Optional<Duration> since(long turn, @Nullable Long time) {
    return Optional.ofNullable(time).map(at -> Duration.ofNanos(at - turn));
  }
}
