package dev.palinode.server.local;

import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LikelyToken;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.Alternative;
import dev.palinode.server.engine.AnswerPart.Scored;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Texts of single tokens, as they are after the token before them. */
record PromptTokens(Tokenizer tokenizer) {
  private static final int NONE = -1;

  /**
   * The prompt.
   *
   * @param scores of all tokens but the first, if they are asked for
   */
  AnswerPart.Echo echo(int[] prompt, Optional<List<TokenLogProbs>> scores) {
    List<Scored> tokens = new ArrayList<>();
    if (scores.isPresent()) {
      tokens.add(new Scored(text(NONE, prompt[0]), OptionalDouble.empty(), List.of()));
      for (int i = 1; i < prompt.length; i++) {
        tokens.add(scored(prompt[i - 1], prompt[i], scores.get().get(i - 1)));
      }
    }
    return new AnswerPart.Echo(tokenizer.decode(prompt, true), tokens);
  }

  /** A token with its log-probabilities. */
  Scored scored(int before, int id, TokenLogProbs signals) {
    List<Alternative> top = new ArrayList<>();
    for (LikelyToken each : signals.topLogprobs()) {
      top.add(new Alternative(text(before, each.id()), each.logprob()));
    }
    return new Scored(text(before, id), signals.logprob(), top);
  }

  /** Decoders of some tokenizers drop the space before the first word of a text. */
  private String text(int before, int id) {
    String alone = tokenizer.decode(new int[] {id}, false);
    if (before == NONE) {
      return alone;
    }
    String head = tokenizer.decode(new int[] {before}, false);
    String both = tokenizer.decode(new int[] {before, id}, false);
    return both.startsWith(head) ? both.substring(head.length()) : alone;
  }
}
