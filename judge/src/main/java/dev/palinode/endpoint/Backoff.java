package dev.palinode.endpoint;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a request is repeated: twice as long each time, up to a limit, and up to
 * half of it less by chance, so that clients that were turned away together do not come back
 * together.
 *
 * @param first the longest wait before the first retry
 * @param longest the longest of all
 */
record Backoff(Duration first, Duration longest) {
  /** Half a second, a second, and so on to half a minute. */
  static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  /** The wait before a retry, the first of which is number 0. */
  Duration before(int retry, RandomGenerator random) {
    double grown = first.toMillis() * Math.pow(2, retry);
    double limit = Math.min(grown, (double) longest.toMillis());
    return Duration.ofMillis(Math.round(limit * (0.5 + random.nextDouble() / 2)));
  }
}
