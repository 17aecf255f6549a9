package dev.palinode.attack;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.decode.sampling.SamplingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat model that writes prompts for an attack: PAIR's attacker, AutoDAN's rewriter. Sampled as
 * in PAIR (temperature 1, top-p 0.9, 500 tokens). Its tokens count towards the attack's budget, and
 * its failures are counted.
 *
 * @param model able to follow instructions
 */
public record AuxiliaryModel(ChatModel model) {
  private static final int MAX_TOKENS = 500;
  private static final SamplingSettings SAMPLING =
      SamplingSettings.builder().temperature(1).topP(0.9).build();

  /**
   * Asks the model, several at the same time where this is faster.
   *
   * @param session counts the tokens, and has the random numbers
   * @return the answers, in the order of the conversations
   * @throws IOException if the model cannot be reached or does not work
   */
  public List<Answer> ask(List<List<Message>> conversations, AttackSession session)
      throws IOException {
    List<ChatRequest> requests = new ArrayList<>();
    for (List<Message> each : conversations) {
      requests.add(new ChatRequest(each, "", SAMPLING, MAX_TOKENS, session.random().nextLong()));
    }
    List<Answer> answers = model.answer(requests);
    answers.forEach(session::addAuxiliary);
    return answers;
  }
}
