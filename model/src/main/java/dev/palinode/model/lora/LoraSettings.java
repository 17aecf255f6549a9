package dev.palinode.model.lora;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    if (rank < 1) {
      throw new IllegalArgumentException("r is " + rank + ": expected 1 or more");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("lora_alpha is " + alpha + ": expected above 0");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "lora_dropout is " + dropout + ": expected 0 or more and below 1");
    }
    targetModules = List.copyOf(targetModules);
    Map<String, List<Integer>> rows = new TreeMap<>();
    tokenRows.forEach(
        (table, ids) -> {
          if (!table.equals(EMBEDDING) && !table.equals(HEAD)) {
            throw new IllegalArgumentException(
                "trainable_token_indices names \""
                    + table
                    + "\": expected "
                    + EMBEDDING
                    + " or "
                    + HEAD);
          }
          rows.put(table, List.copyOf(ids));
        });
    tokenRows = Collections.unmodifiableMap(rows);
  }

  /** Without dropout. */
  public LoraSettings(
      int rank,
      double alpha,
      boolean rankStabilised,
      List<String> targetModules,
      Map<String, List<Integer>> tokenRows) {
    this(rank, alpha, rankStabilised, targetModules, tokenRows, 0);
  }

  /** The factor of the update. */
  public double scaling() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }
}
