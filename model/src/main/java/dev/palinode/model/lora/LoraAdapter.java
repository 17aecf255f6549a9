package dev.palinode.model.lora;

import static dev.palinode.tensor.Functional.linear;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Adapter;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter: {@code y = W x + scaling * B (A x)} in the layers that it adapts, and trained
 * rows for some tokens. In training, {@link #startPass} turns on dropout of the updates' inputs.
 *
 * <p>Owns its tensors until {@link #close}. Reading is safe from several threads, training is not.
 */
public final class LoraAdapter implements Adapter, AutoCloseable {
  private static final String WEIGHT = ".weight";

  /** The update of one linear layer, A {@code [rank, in]}, B {@code [out, rank]}. */
  private record Update(Tensor a, Tensor b, double scaling) {
    Tensor apply(Tensor x, double factor) {
      return linear(linear(x, a), b).times(scaling * factor);
    }
  }

  private final LoraSettings settings;
  private final String headTable; // table of the rows for the output head
  private final Map<String, Update> updates; // by layer
  private final Map<String, TokenRows> tokenRows; // by table
  private @Nullable LoraDropout dropout; // null: no dropout

  /** With tied embeddings, rows replace those of embedding and head. */
  LoraAdapter(LoraSettings settings, boolean tiedEmbeddings) {
    Validate.isTrue(
        !tiedEmbeddings || !settings.tokenRows().containsKey(LoraSettings.HEAD),
        "trainable_token_indices names lm_head, but the model's head is its embedding: expected"
            + " embed_tokens alone");
    this.settings = settings;
    this.headTable = tiedEmbeddings ? LoraSettings.EMBEDDING : LoraSettings.HEAD;
    this.updates = new LinkedHashMap<>();
    this.tokenRows = new TreeMap<>();
  }

  /** Shares the tensors of another one. */
  private LoraAdapter(LoraAdapter other) {
    this.settings = other.settings;
    this.headTable = other.headTable;
    this.updates = other.updates;
    this.tokenRows = other.tokenRows;
    this.dropout = other.dropout;
  }

  /**
   * An adapter that changes nothing yet: A is drawn uniformly from {@code ±1 / sqrt(in)} as PEFT
   * does, B is 0, and token rows are the model's. The model must be in the form for training.
   */
  public static LoraAdapter create(Transformer base, LoraSettings settings, long seed) {
    LoraAdapter adapter = new LoraAdapter(settings, base.config().tiedEmbeddings());
    Set<String> missing = new LinkedHashSet<>(settings.targetModules());
    RandomStream random = new RandomStream(seed);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      base.config()
          .linearLayers()
          .forEach(
              (layer, shape) -> {
                String module = ModelConfig.module(layer);
                if (settings.targetModules().contains(module)) {
                  missing.remove(module);
                  double bound = 1 / Math.sqrt((double) shape[1]);
                  Tensor a = Tensors.uniform(-bound, bound, random, settings.rank(), shape[1]);
                  Tensor b = Tensors.zeros(DType.F32, base.device(), shape[0], settings.rank());
                  adapter.put(layer, a.to(base.device()), b, settings.scaling());
                }
              });
      settings
          .tokenRows()
          .forEach((table, ids) -> adapter.putRows(table, ids, TokenRows.of(base, table, ids)));
      Validate.isTrue(
          missing.isEmpty(),
          "target_modules names \"%s\": the model has %s",
          missing.stream().findFirst().orElse(""),
          base.config().linearModules());
      return adapter;
    } catch (RuntimeException | Error e) {
      adapter.close();
      throw e;
    }
  }

  void put(String layer, Tensor a, Tensor b, double scaling) {
    updates.put(layer, new Update(a.retain(), b.retain(), scaling));
  }

  void putRows(String table, List<Integer> ids, Tensor rows) {
    tokenRows.put(table, new TokenRows(ids, rows.retain()));
  }

  public LoraSettings settings() {
    return settings;
  }

  /**
   * The weights to train and to save, under PEFT's names without {@code base_model.model.}; not to
   * be closed.
   */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    updates.forEach(
        (layer, update) -> {
          parameters.put(layer + ".lora_A" + WEIGHT, update.a);
          parameters.put(layer + ".lora_B" + WEIGHT, update.b);
        });
    tokenRows.forEach((table, rows) -> parameters.put(TokenRows.parameterName(table), rows.rows()));
    return Collections.unmodifiableMap(parameters);
  }

  public void setTrainable(boolean trainable) {
    parameters().values().forEach(parameter -> parameter.requiresGradient(trainable));
  }

  /** Turns dropout on until {@link #stopDropout}: equal seeds give equal masks. */
  public void startPass(long seed) {
    dropout = settings.dropout() == 0 ? null : new LoraDropout(seed, settings.dropout());
  }

  public void stopDropout() {
    dropout = null;
  }

  @Override
  public Adapter asNow() {
    return new LoraAdapter(this);
  }

  @Override
  public @Nullable Tensor delta(String layer, Tensor x) {
    Update update = updates.get(layer);
    if (update == null) {
      return null;
    }
    @Nullable LoraDropout now = dropout; // read once: another thread may stop it
    return now == null ? update.apply(x, 1) : update.apply(now.apply(layer, x), now.factor());
  }

  @Override
  public Tensor embeddings(Tensor ids, Tensor embedded) {
    TokenRows rows = tokenRows.get(LoraSettings.EMBEDDING);
    return rows == null ? embedded : rows.embeddings(ids, embedded);
  }

  @Override
  public Tensor logits(Tensor hidden, Tensor logits) {
    TokenRows rows = tokenRows.get(headTable);
    return rows == null ? logits : rows.logits(hidden, logits);
  }

  /** Adds this adapter to a model's weights; the model must not use it any more. */
  public void mergeInto(Transformer base) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      updates.forEach(
          (layer, update) -> {
            Tensor weight = TokenRows.require(base, layer + WEIGHT);
            weight.copyInPlace(weight.plus(update.b.matmul(update.a).times(update.scaling)));
          });
      tokenRows.forEach(
          (table, rows) -> {
            Tensor weight = TokenRows.require(base, TokenRows.weightName(table));
            weight.indexCopyInPlace(0, rows.indices().to(weight.device()), rows.rows());
          });
    }
  }

  @Override
  public void close() {
    parameters().values().forEach(Tensor::close);
  }
}
