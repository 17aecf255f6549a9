package dev.palinode.model.lora;

import static dev.palinode.tensor.Functional.linear;
import static dev.palinode.tensor.Functional.where;

import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.List;

/**
 * Rows of an adapter for a table of tokens, which replace the model's rows.
 *
 * @param ids of the tokens
 * @param rows {@code [ids, hidden]}
 */
record TokenRows(List<Integer> ids, Tensor rows) {
  /**
   * @param tokens {@code [batch, seq]}, I64
   * @param embedded {@code [batch, seq, hidden]}
   */
  Tensor embeddings(Tensor tokens, Tensor embedded) {
    Tensor result = embedded;
    for (int i = 0; i < ids.size(); i++) {
      result = where(tokens.equalTo(ids.get(i)).unsqueeze(-1), rows.select(0, i), result);
    }
    return result;
  }

  /**
   * @param hidden {@code [..., hidden]}
   * @param logits {@code [..., vocab]}
   */
  Tensor logits(Tensor hidden, Tensor logits) {
    Tensor own = linear(hidden, rows).to(logits.dtype());
    return logits.indexCopy(-1, indices().to(logits.device()), own);
  }

  /** {@code [ids]}, I64. */
  Tensor indices() {
    return Tensors.of(ids.stream().mapToLong(Integer::longValue).toArray(), ids.size());
  }
}
