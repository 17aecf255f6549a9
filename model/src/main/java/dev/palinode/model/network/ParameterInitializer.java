package dev.palinode.model.network;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Initial weights of a new model: embeddings are drawn with deviation 0.02, linear layers with
 * {@code 0.5 / sqrt(fan-in)}, those that write to the residual stream further divided by {@code
 * sqrt(2 * layers)}; norms start as the identity, biases at 0.
 */
final class ParameterInitializer {
  private ParameterInitializer() {}

  /** All weights by name, F32, in the order in which they are drawn; they belong to the scope. */
  static Map<String, Tensor> draw(ModelConfig config, long seed) {
    RandomStream random = new RandomStream(seed);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    ParameterNames.shapes(config)
        .forEach(
            (name, shape) ->
                parameters.put(
                    name,
                    shape.length == 1
                        ? Tensors.full(start(name, config), DType.F32, shape)
                        : Tensors.normal(0, deviation(name, shape, config), random, shape)));
    return parameters;
  }

  private static double start(String name, ModelConfig config) {
    boolean zero = name.endsWith(".bias") || config.architecture().normsAroundOne();
    return zero ? 0 : 1;
  }

  private static double deviation(String name, long[] shape, ModelConfig config) {
    if (name.equals(ParameterNames.EMBEDDING) || name.equals(ParameterNames.HEAD)) {
      return 0.02;
    }
    double deviation = 0.5 / Math.sqrt((double) shape[1]);
    boolean writesResidual = name.contains("o_proj") || name.contains("down_proj");
    return writesResidual ? deviation / Math.sqrt(2.0 * config.layers()) : deviation;
  }
}
