package dev.palinode.endpoint;

import java.util.List;
import org.apache.commons.lang3.Validate;
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

  public CompletionSettings {
    stop = List.copyOf(stop);
    Validate.isTrue(
        temperature >= 0 && temperature <= 2, "temperature is %s: expected 0 to 2", temperature);
    Validate.isTrue(maxTokens >= 1, "maxTokens is %s: expected at least 1", maxTokens);
    Validate.isTrue(
        stop.size() <= MAX_STOPS && !stop.contains(""),
        "stop has %s strings%s: expected at most %s, none of them empty",
        stop.size(),
        stop.contains("") ? ", one of them empty" : "",
        MAX_STOPS);
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
