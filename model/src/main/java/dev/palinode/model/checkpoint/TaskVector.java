package dev.palinode.model.checkpoint;

import dev.palinode.io.AtomicFile;
import dev.palinode.io.AtomicFolder;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.TensorSource;
import dev.palinode.text.Printable;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;
import org.apache.commons.lang3.Validate;

/**
 * A task vector, {@code tuned - base}, to be subtracted from the base: the result does less of what
 * the tuned model was taught (task arithmetic, Ilharco et al. 2023).
 *
 * <p>Works on folders of safetensors weights of any architecture, piece by piece: a model is never
 * wholly in memory.
 *
 * @param base folder of the model before tuning
 * @param tuned folder of the same model after it, with the same weights in the same shapes
 */
public record TaskVector(Path base, Path tuned) {
  /** Elements computed at a time: 4 MiB in F32, which fits in processor caches. */
  private static final long PIECE = 1 << 20;

  private static final int MAX_PROBLEMS_SHOWN = 8;

  /**
   * Writes {@code base - coefficient * (tuned - base)}, computed in F32 and stored in the base's
   * element types, with the base's configuration and tokenizer. Weights of other than
   * floating-point types are the base's.
   *
   * @param coefficient finite; a negative one adds
   * @param relu whether only increases are subtracted: {@code max(tuned - base, 0)}, element by
   *     element
   * @param target neither of the inputs
   * @param progress gets each weight's name and the fraction that is done, 0 to 1
   * @throws IOException if the two models do not fit each other (the message says where they
   *     differ), or something cannot be read or written
   * @throws IllegalArgumentException if the coefficient is not finite or the target is an input
   */
  public void subtract(
      double coefficient, boolean relu, Path target, ObjDoubleConsumer<String> progress)
      throws IOException {
    Validate.isTrue(
        Double.isFinite(coefficient),
        "coefficient is %s: expected a finite number, such as 0.5",
        coefficient);
    Checkpoint.requireNotAmong(List.of(base, tuned), target);
    try (WeightFiles before = WeightFiles.open(base);
        WeightFiles after = WeightFiles.open(tuned)) {
      requireSameWeights(before, after);
      Map<String, TensorSource> weights = new LinkedHashMap<>();
      long total = before.names().stream().mapToLong(before::elements).sum();
      long soFar = 0;
      for (String name : before.names()) {
        soFar += before.elements(name);
        double done = (double) soFar / Math.max(1, total);
        weights.put(
            name,
            new TensorSource(
                before.dtype(name),
                before.shape(name),
                () -> {
                  Tensor result =
                      subtracted(before.read(name), after.read(name), coefficient, relu);
                  progress.accept(name, done);
                  return result;
                }));
      }
      AtomicFolder.fill(
          target,
          folder -> {
            WeightWriter.write(folder, weights, WeightWriter.MAX_SHARD_BYTES);
            carryConfiguration(folder);
          });
    }
  }

  /** The difference, computed in pieces: large embeddings take gigabytes in F32. */
  private static Tensor subtracted(Tensor base, Tensor tuned, double coefficient, boolean relu) {
    if (!base.dtype().isFloatingPoint()) {
      return base;
    }
    Tensor result = Tensors.empty(base.dtype(), base.shape());
    for (long start = 0; start < base.elements(); start += PIECE) {
      try (TensorScope scope = TensorScope.open()) {
        long length = Math.min(PIECE, base.elements() - start);
        Tensor before = base.reshape(-1).narrow(0, start, length).to(DType.F32);
        Tensor delta = tuned.reshape(-1).narrow(0, start, length).to(DType.F32).minus(before);
        Tensor step = (relu ? Functional.relu(delta) : delta).times(coefficient);
        result.reshape(-1).narrow(0, start, length).copyInPlace(before.minus(step));
      }
    }
    return result;
  }

  private void carryConfiguration(Path target) throws IOException {
    TokenizerFiles.copy(base, target);
    Path config = base.resolve("config.json");
    if (Files.isRegularFile(config)) {
      AtomicFile.copy(config, target.resolve("config.json"));
    }
  }

  private void requireSameWeights(WeightFiles before, WeightFiles after) throws IOException {
    List<String> problems = new ArrayList<>();
    long tokensMore = 0;
    for (String name : before.names()) {
      if (!after.names().contains(name)) {
        problems.add(Printable.quote(name) + " is in the base only");
      } else if (!Arrays.equals(before.shape(name), after.shape(name))) {
        long[] here = before.shape(name);
        long[] there = after.shape(name);
        problems.add(
            "%s is %s in the base, %s in the tuned model"
                .formatted(Printable.quote(name), Arrays.toString(here), Arrays.toString(there)));
        // Embeddings differ only in their number of rows when a token is added.
        if (here.length == 2 && there.length == 2 && here[1] == there[1]) {
          tokensMore = there[0] - here[0];
        }
      }
    }
    for (String name : after.names()) {
      if (!before.names().contains(name)) {
        problems.add(Printable.quote(name) + " is in the tuned model only");
      }
    }
    if (!problems.isEmpty()) {
      int more = problems.size() - MAX_PROBLEMS_SHOWN;
      throw new IOException(
          "%s and %s do not have the same weights:\n  %s%s%s"
              .formatted(
                  base,
                  tuned,
                  String.join("\n  ", problems.stream().limit(MAX_PROBLEMS_SHOWN).toList()),
                  more > 0 ? "\n  and " + more + " more" : "",
                  tokensMore == 0 ? "" : "\n" + advice(tokensMore)));
    }
  }

  private static String advice(long tokensMore) {
    return """
        The %s has %s token(s) more, perhaps a reset token that training added. Both must have the \
        same vocabulary: take a model that was tuned without new tokens (supervision=plain), or as \
        base one that already has them.\
        """
        .formatted(tokensMore > 0 ? "tuned model" : "base", Math.abs(tokensMore));
  }
}
