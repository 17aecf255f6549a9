package dev.palinode.endpoint;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before a request is repeated. It doubles with each retry up to a limit, less a random
 * part of up to one half, so that clients that were refused together do not return together.
 *
 * @param first the longest wait before the first retry
 * @param longest the longest wait before any retry
 */
record Backoff(Duration first, Duration longest) {
  /** Half a second, one second, and so on up to 30 seconds. */
  static final Backoff DEFAULT = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

  /** The wait before a retry; {@code retry} counts from 0. */
  Duration before(int retry, RandomGenerator random) {
    double grown = first.toMillis() * Math.pow(2, retry);
    double limit = Math.min(grown, (double) longest.toMillis());
    return Duration.ofMillis(Math.round(limit * (0.5 + random.nextDouble() / 2)));
  }
}
