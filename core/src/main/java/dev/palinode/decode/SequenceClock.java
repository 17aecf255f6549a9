package dev.palinode.decode;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The times of a request: when it came, began, showed something, and has to end. */
final class SequenceClock {
  private final long arrived = System.nanoTime();
  private final Optional<Duration> limit;
  private @Nullable Long began;
  private @Nullable Long firstToken;
  private @Nullable Long firstEffectiveToken;

  SequenceClock(Optional<Duration> limit) {
    this.limit = limit;
  }

  void begin() {
    began = System.nanoTime();
  }

  /** That many tokens have been reported and stand, one more than before. */
  void reported(int tokens) {
    if (tokens == 1) {
      firstEffectiveToken = System.nanoTime();
      if (firstToken == null) {
        firstToken = firstEffectiveToken;
      }
    }
  }

  /** That many reported tokens have been kept. */
  void keepReported(int tokens) {
    if (tokens == 0) {
      firstEffectiveToken = null;
    }
  }

  /** Time left; negative when it is over, empty if there is no limit. */
  Optional<Duration> left() {
    return limit.map(whole -> whole.minusNanos(System.nanoTime() - arrived));
  }

  boolean isOver() {
    return left().map(Duration::isNegative).orElse(false);
  }

  Duration waiting() {
    return Duration.ofNanos((began == null ? System.nanoTime() : began) - arrived);
  }

  Duration total() {
    return began == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - began);
  }

  Optional<Duration> toFirstToken() {
    return sinceBegin(firstToken);
  }

  Optional<Duration> toFirstEffectiveToken() {
    return sinceBegin(firstEffectiveToken);
  }

  private Optional<Duration> sinceBegin(@Nullable Long time) {
    return time == null || began == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(time - began));
  }
}
