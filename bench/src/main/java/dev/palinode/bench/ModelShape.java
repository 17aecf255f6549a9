package dev.palinode.bench;

import dev.palinode.model.config.ModelConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shapes of known models, for measuring speed without their weights. */
enum ModelShape {
  /** stories15M. */
  M15(ModelConfig.llama(32_000, 288, 768, 6, 6, 6, 2048)),
  /** stories110M. */
  M110(ModelConfig.llama(32_000, 768, 2048, 12, 12, 12, 2048)),
  /** TinyLlama 1.1B, but with tied embeddings. */
  B1(ModelConfig.llama(32_000, 2048, 5632, 22, 32, 4, 2048));

  @SuppressWarnings("ImmutableEnumChecker") // a record whose lists are copies
  private final ModelConfig config;

  ModelShape(ModelConfig config) {
    this.config = config;
  }

  ModelConfig config() {
    return config;
  }

  /**
   * The shape with a name: {@code 15m}, {@code 110m} or {@code 1b}.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ModelShape parse(String name) {
    return Arrays.stream(values())
        .filter(shape -> shape.toString().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "shape is \""
                        + name
                        + "\": expected one of "
                        + Arrays.stream(values())
                            .map(ModelShape::toString)
                            .collect(Collectors.joining(", "))));
  }

  /** The number of weights with its unit: {@code 110m}. */
  @Override
  public String toString() {
    return name().substring(1) + Character.toLowerCase(name().charAt(0));
  }
}
