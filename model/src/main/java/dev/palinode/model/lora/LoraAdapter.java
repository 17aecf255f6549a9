package dev.palinode.model.lora;

import dev.palinode.model.network.Adapter;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter: {@code y = W x + scaling * B (A x)} in the layers that it adapts, and trained
 * rows for some tokens. In training, {@link #startPass} turns on dropout of the updates' inputs.
 *
 * <p>Owns its tensors until {@link #close}. Reading is safe from several threads, training is not.
 */
public final class LoraAdapter implements Adapter, AutoCloseable {
  private static final String WEIGHT = ".weight";

  private final LoraSettings settings;
  private final String headTable; // table of the rows for the output head
  private final Map<String, LowRankUpdate> updates = new LinkedHashMap<>(); // by layer
  private final Map<String, TokenRows> tokenRows = new TreeMap<>(); // by table
  private @Nullable LoraDropout dropout; // null: no dropout

  /**
   * @param tiedEmbeddings the model's head is its embedding: rows replace those of both
   * @throws IllegalArgumentException if the settings have separate rows for a tied head
   */
  LoraAdapter(LoraSettings settings, boolean tiedEmbeddings) {
    if (tiedEmbeddings && settings.tokenRows().containsKey(LoraSettings.HEAD)) {
      throw new IllegalArgumentException(
          "trainable_token_indices names lm_head, but the model's head is its embedding: expected"
              + " embed_tokens alone");
    }
    this.settings = settings;
    this.headTable = tiedEmbeddings ? LoraSettings.EMBEDDING : LoraSettings.HEAD;
  }

  /**
   * An adapter that changes nothing yet: A is drawn uniformly from {@code ±1 / sqrt(in)} as PEFT
   * does, B is 0, and token rows are the model's.
   *
   * @param base the model that it is for, in the form for training
   * @throws IllegalArgumentException if a target module is not a linear layer of the model, or a
   *     token is not in its tables
   */
  public static LoraAdapter create(Transformer base, LoraSettings settings, long seed) {
    LoraAdapter adapter = new LoraAdapter(settings, base.config().tiedEmbeddings());
    RandomStream random = new RandomStream(seed);
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      for (Map.Entry<String, long[]> layer : base.linearLayers().entrySet()) {
        String module = layer.getKey().substring(layer.getKey().lastIndexOf('.') + 1);
        if (settings.targetModules().contains(module)) {
          long out = layer.getValue()[0];
          long in = layer.getValue()[1];
          double bound = 1 / Math.sqrt((double) in);
          adapter.put(
              layer.getKey(),
              Tensors.uniform(-bound, bound, random, settings.rank(), in).to(base.device()),
              Tensors.zeros(DType.F32, base.device(), out, settings.rank()),
              settings.scaling());
        }
      }
      settings
          .tokenRows()
          .forEach((table, ids) -> adapter.putRows(table, ids, TokenTables.rows(base, table, ids)));
      adapter.requireTargets(base);
      return adapter;
    } catch (RuntimeException | Error e) {
      adapter.close();
      throw e;
    }
  }

  void put(String layer, Tensor a, Tensor b, double scaling) {
    updates.put(layer, new LowRankUpdate(a.retain(), b.retain(), scaling));
  }

  void putRows(String table, List<Integer> ids, Tensor rows) {
    tokenRows.put(table, new TokenRows(ids, rows.retain()));
  }

  private void requireTargets(Transformer base) {
    for (String module : settings.targetModules()) {
      if (updates.keySet().stream().noneMatch(layer -> layer.endsWith("." + module))) {
        throw new IllegalArgumentException(
            "target_modules names \""
                + module
                + "\": the model has "
                + base.linearLayers().keySet().stream()
                    .map(layer -> layer.substring(layer.lastIndexOf('.') + 1))
                    .distinct()
                    .toList());
      }
    }
  }

  /** The settings of this adapter. */
  public LoraSettings settings() {
    return settings;
  }

  /** Number of weights. */
  public long parameterCount() {
    return parameters().values().stream().mapToLong(Tensor::elements).sum();
  }

  /**
   * The weights to train and to save, under PEFT's names without {@code base_model.model.}; not to
   * be closed.
   */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    updates.forEach(
        (layer, update) -> {
          parameters.put(layer + ".lora_A" + WEIGHT, update.a());
          parameters.put(layer + ".lora_B" + WEIGHT, update.b());
        });
    tokenRows.forEach(
        (table, rows) -> parameters.put(TokenTables.parameterName(table), rows.rows()));
    return Collections.unmodifiableMap(parameters);
  }

  /** Sets whether a backward pass computes gradients of the weights. */
  public void setTrainable(boolean trainable) {
    parameters().values().forEach(parameter -> parameter.requiresGradient(trainable));
  }

  /**
   * Starts a training pass: until the next one, or {@link #stopDropout}, inputs are dropped at the
   * rate {@link LoraSettings#dropout}. Dropout is off at first.
   *
   * @param seed of the dropout mask, together with the layer's name
   */
  public void startPass(long seed) {
    dropout = settings.dropout() == 0 ? null : new LoraDropout(seed, settings.dropout());
  }

  /** Turns dropout off. */
  public void stopDropout() {
    dropout = null;
  }

  @Override
  public Adapter asNow() {
    return new AsNow(dropout);
  }

  /** This adapter with the dropout of one pass. */
  private final class AsNow implements Adapter {
    private final @Nullable LoraDropout ofPass;

    AsNow(@Nullable LoraDropout ofPass) {
      this.ofPass = ofPass;
    }

    @Override
    public @Nullable Tensor delta(String layer, Tensor x) {
      return LoraAdapter.this.delta(layer, x, ofPass);
    }

    @Override
    public Tensor embeddings(Tensor ids, Tensor embedded) {
      return LoraAdapter.this.embeddings(ids, embedded);
    }

    @Override
    public Tensor logits(Tensor hidden, Tensor logits) {
      return LoraAdapter.this.logits(hidden, logits);
    }
  }

  @Override
  public @Nullable Tensor delta(String layer, Tensor x) {
    return delta(layer, x, dropout);
  }

  private @Nullable Tensor delta(String layer, Tensor x, @Nullable LoraDropout active) {
    LowRankUpdate update = updates.get(layer);
    if (update == null || active == null) {
      return update == null ? null : update.apply(x);
    }
    return update.scaled(active.factor()).apply(active.apply(layer, x));
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

  /**
   * Adds this adapter to the weights of a model, which then computes the same without it.
   *
   * @param base in the form for training; must not use this adapter any more
   */
  public void mergeInto(Transformer base) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      Map<String, Tensor> weights = base.parameters();
      updates.forEach(
          (layer, update) -> {
            Tensor weight = TokenTables.require(weights, layer + WEIGHT);
            weight.copyInPlace(weight.plus(update.matrix()));
          });
      tokenRows.forEach(
          (table, rows) -> {
            Tensor weight = TokenTables.require(weights, TokenTables.weightName(table));
            weight.indexCopyInPlace(0, rows.indices().to(weight.device()), rows.rows());
          });
    }
  }

  @Override
  public void close() {
    updates
        .values()
        .forEach(
            update -> {
              update.a().close();
              update.b().close();
            });
    tokenRows.values().forEach(rows -> rows.rows().close());
  }
}
