package dev.palinode.model.lora;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.lang3.Validate;

/**
 * Settings of a LoRA adapter, as in {@code adapter_config.json}.
 *
 * @param rank of the update, at least 1; {@code r}
 * @param alpha the update is scaled by {@code alpha / rank}; {@code lora_alpha}
 * @param rankStabilised the update is scaled by {@code alpha / sqrt(rank)} instead (Kalajdzievski,
 *     2023); {@code use_rslora}
 * @param targetModules the linear layers that are adapted, by the last part of their names, such as
 *     {@code q_proj}
 * @param tokenRows tokens whose rows are trained directly, by table ({@code embed_tokens}, {@code
 *     lm_head}); {@code trainable_token_indices}
 * @param dropout fraction of an update's inputs that is dropped in training, in [0, 1); {@code
 *     lora_dropout}
 */
public record LoraSettings(
    int rank,
    double alpha,
    boolean rankStabilised,
    List<String> targetModules,
    Map<String, List<Integer>> tokenRows,
    double dropout) {
  /** The table of input rows, which is the output head too where embeddings are tied. */
  public static final String EMBEDDING = "embed_tokens";

  /** The table of output rows. */
  public static final String HEAD = "lm_head";

  public LoraSettings {
    Validate.isTrue(rank >= 1, "r is %s: expected 1 or more", rank);
    Validate.isTrue(
        alpha > 0 && alpha < Double.POSITIVE_INFINITY, "lora_alpha is %s: expected above 0", alpha);
    Validate.isTrue(
        dropout >= 0 && dropout < 1, "lora_dropout is %s: expected 0 or more and below 1", dropout);
    targetModules = List.copyOf(targetModules);
    Map<String, List<Integer>> rows = new TreeMap<>();
    tokenRows.forEach(
        (table, ids) -> {
          Validate.isTrue(
              table.equals(EMBEDDING) || table.equals(HEAD),
              "trainable_token_indices names \"%s\": expected embed_tokens or lm_head",
              table);
          rows.put(table, List.copyOf(ids));
        });
    tokenRows = Collections.unmodifiableMap(rows);
  }

  /** The factor of the update. */
  public double scaling() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }
}
