package dev.palinode.endpoint;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a completion by an {@link EndpointClient}.
 *
 * @param temperature 0 to 2; 0 is greedy decoding
 * @param maxTokens the longest text; at least 1
 * @param seed for sampling, as far as the server supports it; null for none
 * @param stop strings that end the text and are not part of it; at most {@value #MAX_STOPS}, as in
 *     OpenAI's API, none of them empty
 */
public record CompletionSettings(
    double temperature, int maxTokens, @Nullable Long seed, List<String> stop) {
  /** More are refused by some servers. */
  public static final int MAX_STOPS = 4;

  /**
   * @throws IllegalArgumentException if a component is out of its range
   */
  public CompletionSettings {
    stop = List.copyOf(stop);
    if (!(temperature >= 0 && temperature <= 2)) {
      throw new IllegalArgumentException("temperature is " + temperature + ": expected 0 to 2");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + ": expected at least 1");
    }
    if (stop.size() > MAX_STOPS || stop.contains("")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "stop has %d strings%s: expected at most %d, none of them empty",
              stop.size(),
              stop.contains("") ? ", one of them empty" : "",
              MAX_STOPS));
    }
  }

  /** Greedy decoding. */
  public static CompletionSettings greedy(int maxTokens) {
    return new CompletionSettings(0, maxTokens, null, List.of());
  }

  /** Sampling with a temperature and a seed. */
  public static CompletionSettings sampled(double temperature, int maxTokens, long seed) {
    return new CompletionSettings(temperature, maxTokens, seed, List.of());
  }

  /** These settings with stop strings. */
  public CompletionSettings withStop(List<String> strings) {
    return new CompletionSettings(temperature, maxTokens, seed, strings);
  }
}
