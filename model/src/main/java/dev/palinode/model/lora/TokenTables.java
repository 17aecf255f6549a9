package dev.palinode.model.lora;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Names of the tables of token rows, in checkpoints and in PEFT. */
final class TokenTables {
  private static final String ROWS = ".token_adapter.trainable_tokens_delta";

  private TokenTables() {}

  /** {@code model.embed_tokens} or {@code lm_head}. */
  static String module(String table) {
    return table.equals(LoraSettings.EMBEDDING) ? "model." + table : table;
  }

  static String weightName(String table) {
    return module(table) + ".weight";
  }

  /** PEFT calls them a delta, but they replace the rows of the table. */
  static String parameterName(String table) {
    return module(table) + ROWS;
  }

  /** A copy of rows of a model's table. */
  static Tensor rows(Transformer model, String table, List<Integer> ids) {
    Tensor weight = require(model.parameters(), weightName(table));
    for (int id : ids) {
      requireToken(model, id);
    }
    Tensor indices = new TokenRows(ids, weight).indices().to(weight.device());
    return weight.indexSelect(0, indices);
  }

  static void requireToken(Transformer model, int id) {
    int size = model.config().vocabSize();
    if (id < 0 || id >= size) {
      throw new IllegalArgumentException(
          "trainable_token_indices has "
              + id
              + ": the model has tokens 0 to "
              + (size - 1)
              + "; tokens that an adapter brings must follow them without a gap, with rows in"
              + " embed_tokens and, where the head is not tied to it, in lm_head");
    }
  }

  static Tensor require(Map<String, Tensor> weights, String name) {
    Tensor weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("the model has no weight " + name);
    }
    return weight;
  }
}
