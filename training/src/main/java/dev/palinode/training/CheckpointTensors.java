package dev.palinode.training;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.tensor.safetensors.TensorSource;
import dev.palinode.training.distributed.GradientSync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The tensors of a checkpoint: weights and optimiser state. */
final class CheckpointTensors {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  /** Optimiser state of each parameter: a scalar, or a tensor of the parameter's shape. */
  private record Part(String name, boolean scalar, Function<AdamW.Moments, Tensor> of) {
    long[] shape(Tensor parameter) {
      return scalar ? new long[0] : parameter.shape();
    }

    Optional<Tensor> fetch(Tensor parameter, AdamW optimizer, GradientSync replicas) {
      return replicas.fromOwner(
          parameter, shape(parameter), () -> of.apply(optimizer.moments(parameter)));
    }
  }

  /** In the order in which they are written. */
  private static final List<Part> PARTS =
      List.of(
          new Part("first", false, AdamW.Moments::first),
          new Part("second", false, AdamW.Moments::second),
          new Part("steps", true, AdamW.Moments::steps));

  private CheckpointTensors() {}

  static void writeWeights(Path folder, TrainableParameters weights) throws IOException {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    weights
        .parameters()
        .forEach((name, tensor) -> sources.put(name, TensorSource.of(tensor, DType.F32)));
    SafetensorsWriter.create(folder.resolve(WEIGHTS), sources);
  }

  /** Fetches each tensor from its owner just before it is written. */
  static void writeOptimizer(
      Path folder, TrainableParameters weights, AdamW optimizer, GradientSync replicas)
      throws IOException {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> each : weights.parameters().entrySet()) {
      for (Part part : PARTS) {
        TensorSource.Values values =
            () -> part.fetch(each.getValue(), optimizer, replicas).orElseThrow();
        sources.put(
            part.name + "." + each.getKey(),
            new TensorSource(DType.F32, part.shape(each.getValue()), values));
      }
    }
    SafetensorsWriter.create(folder.resolve(OPTIMIZER), sources);
  }

  /** Counterpart of {@link #writeOptimizer} on all processes except the first. */
  static void sendOptimizer(TrainableParameters weights, AdamW optimizer, GradientSync replicas) {
    for (Tensor parameter : weights.parameters().values()) {
      for (Part part : PARTS) {
        try (TensorScope scope = TensorScope.open()) {
          part.fetch(parameter, optimizer, replicas);
        }
      }
    }
  }

  static void readWeights(Path folder, TrainableParameters weights) throws IOException {
    try (TensorScope scope = TensorScope.withoutGradients();
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
      for (Map.Entry<String, Tensor> each : weights.parameters().entrySet()) {
        read(file, each.getKey(), each.getValue());
      }
    }
  }

  /** Reads the optimiser state of the weights that this process updates. */
  static void readOptimizer(Path folder, TrainableParameters weights, AdamW optimizer)
      throws IOException {
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
      for (Map.Entry<String, Tensor> each : weights.parameters().entrySet()) {
        if (optimizer.moves(each.getValue())) {
          AdamW.Moments moments = optimizer.moments(each.getValue());
          for (Part part : PARTS) {
            read(file, part.name + "." + each.getKey(), part.of.apply(moments));
          }
        }
      }
    }
  }

  private static void read(SafetensorsFile file, String name, Tensor into) throws IOException {
    if (!file.names().contains(name) || !Arrays.equals(file.shape(name), into.shape())) {
      throw new IOException(
          """
          the checkpoint has no tensor %s of shape %s: it is of another model or adapter; name \
          another output folder"""
              .formatted(name, Arrays.toString(into.shape())));
    }
    into.copyInPlace(file.read(name));
  }
}
