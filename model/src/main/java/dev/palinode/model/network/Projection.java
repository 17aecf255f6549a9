package dev.palinode.model.network;

import dev.palinode.tensor.Linear;
import dev.palinode.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers that read the same input: queries, keys and values; gate and up; or a single one.
 *
 * <p>In training each is a separate product. For inference all are one product, which reads the
 * same bytes in fewer, larger pieces. Checkpoints may fuse them too (Phi-3 does), so the numbers of
 * products and of names may differ from the number of outputs.
 */
final class Projection {
  private final List<String> names; // of the layers in the checkpoint
  private final long[] nameWidths; // outputs of each
  private final List<Linear> products; // one per name, or one for all
  private final long[] outputs; // widths of the tensors that apply returns; same sum

  Projection(List<String> names, long[] nameWidths, List<Linear> products, long[] outputs) {
    this.names = names;
    this.nameWidths = nameWidths;
    this.products = products;
    this.outputs = outputs;
  }

  /** The outputs for {@code [..., in]}, each {@code [..., width]}, with the adapters' updates. */
  List<Tensor> apply(Tensor x, List<Adapter> adapters) {
    List<Tensor> results = new ArrayList<>();
    if (products.size() == names.size()) {
      products.forEach(product -> results.add(product.apply(x)));
    } else {
      results.addAll(split(products.get(0).apply(x), nameWidths));
    }
    if (!adapters.isEmpty()) {
      for (int i = 0; i < names.size(); i++) {
        results.set(i, adapted(results.get(i), names.get(i), x, adapters));
      }
    }
    return results.size() == outputs.length ? results : split(results.get(0), outputs);
  }

  private static Tensor adapted(Tensor result, String name, Tensor x, List<Adapter> adapters) {
    Tensor sum = result;
    for (Adapter adapter : adapters) {
      @Nullable Tensor delta = adapter.delta(name, x);
      sum = delta == null ? sum : sum.plus(delta);
    }
    return sum;
  }

  private static List<Tensor> split(Tensor joined, long[] widths) {
    List<Tensor> parts = new ArrayList<>();
    long start = 0;
    for (long width : widths) {
      parts.add(joined.narrow(-1, start, width));
      start += width;
    }
    return parts;
  }

  long bytes() {
    return products.stream().mapToLong(Linear::bytes).sum();
  }
}
