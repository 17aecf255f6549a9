package dev.palinode.training.parallel;

import dev.palinode.storage.Sha256;
import dev.palinode.tensor.ProcessGroup;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Small values that the processes of a group tell each other. All of them call each method. */
final class Exchange {
  private static final int HASH_BITS = 53; // what a double holds exactly

  private Exchange() {}

  /** The sum of all processes' values, place by place. */
  static double[] sum(ProcessGroup group, double... values) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor sum = Tensors.of(values, values.length).to(group.device());
      group.allReduceSum(sum).await();
      return sum.toDoubles();
    }
  }

  /** The values of process 0; those of the others count only in number. */
  static double[] fromFirst(ProcessGroup group, double... values) {
    return sum(group, group.rank() == 0 ? values : new double[values.length]);
  }

  /**
   * Checks that all processes have the same value.
   *
   * @throws IOException on every process, if one of them has another value than process 0
   */
  static void requireSame(ProcessGroup group, String what, String value) throws IOException {
    double[] own = new double[group.size()];
    own[group.rank()] = hash(value);
    double[] all = sum(group, own);
    List<Integer> different =
        IntStream.range(1, all.length).filter(rank -> all[rank] != all[0]).boxed().toList();
    if (!different.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              ("not every process has the same %s: of %d processes, %s differ from process 0."
                  + " Process %d has %s. Give all of them the same recipe, model, data and output"
                  + " folder"),
              what,
              group.size(),
              different,
              group.rank(),
              value));
    }
  }

  private static double hash(String value) {
    byte[] digest = Sha256.digest().digest(value.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - HASH_BITS);
  }
}
