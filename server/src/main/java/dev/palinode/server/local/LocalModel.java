package dev.palinode.server.local;

import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.decoding.PromptScorer;
import dev.palinode.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A model in this process, with what its requests are made of. Thread-safe if its parts are.
 *
 * @param lm computes the logits
 * @param tokenizer of the model
 * @param format lays out conversations; empty if it only continues texts
 * @param resetId its reset token, if it has one
 * @param endOfTextIds ends of a continued text
 * @param scorer log-probabilities of prompts
 */
public record LocalModel(
    CausalLm lm,
    Tokenizer tokenizer,
    Optional<ChatFormat> format,
    OptionalInt resetId,
    Set<Integer> endOfTextIds,
    Scorer scorer) {
  /** Log-probabilities of a text's tokens but the first. */
  @FunctionalInterface
  public interface Scorer {
    /** See {@link PromptScorer#score}. */
    List<TokenLogProbs> score(int[] ids, int top);
  }

  public LocalModel {
    endOfTextIds = Set.copyOf(endOfTextIds);
  }

  /** A model folder that was opened; the caller closes it after the engine. */
  public static LocalModel of(LoadedModel loaded, Optional<ChatFormat> format) {
    return new LocalModel(
        loaded.lm(),
        loaded.tokenizer(),
        format,
        loaded.resetId(),
        loaded.endOfTextIds(),
        new PromptScorer(loaded.network())::score);
  }
}
