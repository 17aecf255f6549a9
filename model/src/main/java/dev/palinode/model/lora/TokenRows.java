package dev.palinode.model.lora;

import static dev.palinode.tensor.Functional.linear;
import static dev.palinode.tensor.Functional.where;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Rows of an adapter for a table of tokens, which replace the model's rows.
 *
 * @param ids of the tokens
 * @param rows {@code [ids, hidden]}
 */
record TokenRows(List<Integer> ids, Tensor rows) {
  private static final String MODULE = ".token_adapter.trainable_tokens_delta";

  /** A copy of rows of a model's table. */
  static Tensor of(Transformer model, String table, List<Integer> ids) {
    Tensor weight = require(model, weightName(table));
    ids.forEach(id -> requireToken(model, id));
    return weight.indexSelect(0, new TokenRows(ids, weight).indices());
  }

  /** {@code model.embed_tokens} or {@code lm_head}. */
  private static String module(String table) {
    return table.equals(LoraSettings.EMBEDDING) ? "model." + table : table;
  }

  static String weightName(String table) {
    return module(table) + ".weight";
  }

  /** The name in PEFT, which calls them a delta, but they replace the rows of the table. */
  static String parameterName(String table) {
    return module(table) + MODULE;
  }

  static void requireToken(Transformer model, int id) {
    int last = model.config().vocabSize() - 1;
    Validate.isTrue(
        id >= 0 && id <= last,
        "trainable_token_indices has %s: the model has tokens 0 to %s; tokens that an adapter brings"
            + " must follow them without a gap, with rows in embed_tokens and, where the head is not"
            + " tied to it, in lm_head",
        id,
        last);
  }

  static Tensor require(Transformer model, String name) {
    Tensor weight = model.parameters().get(name);
    if (weight == null) {
      throw new IllegalArgumentException("the model has no weight " + name);
    }
    return weight;
  }

  /** Embeddings {@code [batch, seq, hidden]} of the tokens {@code [batch, seq]}, I64. */
  Tensor embeddings(Tensor tokens, Tensor embedded) {
    Tensor result = embedded;
    for (int i = 0; i < ids.size(); i++) {
      result = where(tokens.equalTo(ids.get(i)).unsqueeze(-1), rows.select(0, i), result);
    }
    return result;
  }

  /** Logits {@code [..., vocab]} of the states {@code [..., hidden]}. */
  Tensor logits(Tensor hidden, Tensor logits) {
    Tensor own = linear(hidden, rows).to(logits.dtype());
    return logits.indexCopy(-1, indices().to(logits.device()), own);
  }

  /** {@code [ids]}, I64. */
  Tensor indices() {
    return Tensors.of(ids.stream().mapToLong(Integer::longValue).toArray(), ids.size());
  }
}
