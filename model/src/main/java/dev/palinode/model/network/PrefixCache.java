package dev.palinode.model.network;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.commons.lang3.Validate;

/**
 * The keys and values of a prefix, computed once, which any number of continuations attend to: many
 * sequences that begin alike are scored for the price of what differs.
 *
 * <p>Owns its keys and values until {@link #close}; the model must not change meanwhile. No
 * gradient flows back to the prefix; for training, see {@link SharedPrefixBatch}. Not thread-safe.
 */
public final class PrefixCache implements AutoCloseable {
  private final Transformer model;
  private final int tokens;
  private final List<Tensor> keys = new ArrayList<>(); // by layer, [1, kv heads, prefix, headDim]
  private final List<Tensor> values = new ArrayList<>(); // likewise

  /**
   * Reads a prefix.
   *
   * @param prefix at least one token
   */
  public PrefixCache(Transformer model, int[] prefix) {
    Validate.isTrue(prefix.length > 0, "the prefix is empty: expected at least one token");
    this.model = model;
    this.tokens = prefix.length;
    requireRoom(tokens);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      CausalAttention causal =
          new CausalAttention(model.config().attention(), tokens, model.device());
      Tensor ids = Tensors.of(Arrays.stream(prefix).asLongStream().toArray(), 1, tokens);
      model.hiddenStates(
          ids,
          LongStream.range(0, tokens).toArray(),
          (layer, query, key, value) -> {
            keys.add(kept(key));
            values.add(kept(value));
            return causal.attend(layer, query, key, value);
          });
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** {@code [batch, seq, kv heads, headDim]} as {@code [batch, kv heads, seq, headDim]}. */
  private static Tensor byHead(Tensor x) {
    return x.to(ScaledDotProductAttention.type(x.dtype(), x.device())).transpose(1, 2);
  }

  private static Tensor kept(Tensor x) {
    return byHead(x).contiguous().retain();
  }

  private void requireRoom(long length) {
    Validate.isTrue(
        length <= model.config().contextLength(),
        "a sequence of %s tokens: the model reads at most %s (max_position_embeddings)",
        length,
        model.config().contextLength());
  }

  /**
   * Last hidden states of continuations, as if each sequence were computed alone and whole.
   *
   * @param length how many of the prefix's tokens come before them, 0 to {@link #tokens}
   * @param ids {@code [batch, seq]}, I64; sequences of different lengths are padded at their end
   *     with any id
   * @return {@code [batch, seq, hidden]}, normed: ready for {@link Transformer#logits}
   */
  public Tensor hiddenStates(int length, Tensor ids) {
    Validate.inclusiveBetween(0, tokens, length, "length is " + length);
    requireRoom(length + ids.size(1));
    if (length == 0) {
      return model.hiddenStates(ids);
    }
    long columns = ids.size(1);
    long[] positions = new long[Math.toIntExact(ids.elements())];
    Arrays.setAll(positions, i -> length + i % columns);
    return model.hiddenStates(ids, positions, new Continuation(length, columns));
  }

  /** Attention of a continuation to the prefix and to itself. */
  private final class Continuation implements Attention {
    private final AttentionConfig config = model.config().attention();
    private final int length;
    private final Map<Integer, Tensor> masks = new HashMap<>(); // by window

    /** Creates the masks of all layers at once: inside a layer, they would belong to its scope. */
    Continuation(int length, long columns) {
      this.length = length;
      Tensor positions =
          Tensors.range(columns, DType.I64, model.device()).plus(length).reshape(1, 1, columns, 1);
      for (int window : config.windows()) {
        masks.computeIfAbsent(window, width -> Masks.window(positions, 0, length + columns, width));
      }
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
      return ScaledDotProductAttention.attend(
          config,
          query,
          afterPrefix(keys.get(layer), byHead(key)),
          afterPrefix(values.get(layer), byHead(value)),
          masks.get(config.windows().get(layer)),
          /* causal= */ false);
    }

    private Tensor afterPrefix(Tensor prefix, Tensor rows) {
      Tensor first =
          prefix.narrow(2, 0, length).expand(rows.size(0), rows.size(1), length, rows.size(3));
      return Tensors.concatenate(List.of(first, rows), 2);
    }
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
    keys.clear();
    values.clear();
  }
}
