package dev.palinode.model.decoding;

import dev.palinode.model.network.Attention;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.TensorScope;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Checks that {@link BatchInvariantForward} is batch-invariant with a network on this machine. */
final class InvarianceCheck {
  private static final int TOKENS = 3;

  private InvarianceCheck() {}

  /**
   * Refuses networks that are not known to be invariant.
   *
   * @throws IllegalArgumentException if this is such a network; the message says what to do instead
   */
  static void requireSupported(Transformer network) {
    if (!network.isForInference()) {
      // MKL's product of few rows with a plain matrix depends on a row's index.
      throw new IllegalArgumentException(
          "this model is in the form for training, whose products are not batch-invariant: open it"
              + " for inference");
    }
    if (network.device().kind() != Device.Kind.CPU) {
      throw new IllegalArgumentException(
          "batch-invariant computation is known to hold on CPUs only: the model is on "
              + network.device());
    }
    if (network.hasAdapters()) {
      throw new IllegalArgumentException(
          "adapters are in use, whose products are not batch-invariant: merge them into the model");
    }
  }

  /**
   * Tests that identical rows give identical results.
   *
   * @param rows of each pass
   * @throws IllegalArgumentException if they do not
   */
  static void requireSameInAllPlaces(Transformer network, int rows) {
    Attention none = (layer, query, key, value) -> query;
    List<Attention> attentions = Collections.nCopies(rows, none);
    for (int token = 0; token < Math.min(TOKENS, network.config().vocabSize()); token++) {
      long[] ids = new long[rows];
      Arrays.fill(ids, token);
      float[][] logits;
      try (TensorScope scope = TensorScope.open();
          Gradients.Disabled frozen = Gradients.disabled()) {
        logits =
            BatchInvariantForward.logits(network, ids, new long[rows], attentions).toFloatRows();
      }
      for (float[] row : logits) {
        if (!Arrays.equals(row, logits[0])) {
          throw new IllegalArgumentException(
              "on this machine a row's logits depend on its place among "
                  + rows
                  + ": batch-invariant computation needs another number of rows, or another form"
                  + " of the weights");
        }
      }
    }
  }
}
