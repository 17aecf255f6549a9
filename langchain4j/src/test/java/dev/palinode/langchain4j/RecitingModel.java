package dev.palinode.langchain4j;

import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.testkit.CharTokenizer;
import dev.palinode.testkit.FakeCausalLm;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A model, one token per character, that recites a script which it finds from the prompt. A {@code
 * #} in the script is the reset token.
 */
final class RecitingModel implements AutoCloseable {
  static final int RESET = '#';
  private static final String BEGIN = "\u0002"; // of the answer

  final FakeCausalLm lm;
  final DecodingService service;

  /**
   * @param script from the prompt, in which each message is a line with its role
   */
  RecitingModel(UnaryOperator<String> script) {
    lm = new FakeCausalLm(CharTokenizer.SIZE, 4000, tokens -> logits(tokens, script));
    service = new DecodingService(lm, new CharTokenizer(), BatchLimits.rows(8), 16);
  }

  /** A model that answers with the user's last message. */
  static RecitingModel echo() {
    return new RecitingModel(
        prompt -> prompt.substring(prompt.lastIndexOf("user: ") + 6, prompt.length() - 1));
  }

  /** A model that says this, whatever it is asked, and takes a millisecond for a letter. */
  static RecitingModel slow(String answer) {
    return new RecitingModel(
        prompt -> {
          LockSupport.parkNanos(1_000_000);
          return answer;
        });
  }

  private static float[] logits(int[] tokens, UnaryOperator<String> script) {
    String all = new CharTokenizer().decode(tokens, false);
    int begin = all.indexOf(BEGIN);
    String answer = script.apply(all.substring(0, begin));
    int at = all.length() - begin - 1;
    float[] logits = new float[CharTokenizer.SIZE];
    logits[at < answer.length() ? answer.charAt(at) : CharTokenizer.EOS] = 10;
    return logits;
  }

  PalinodeModel model() {
    return model(request -> request);
  }

  /**
   * With the settings of all requests: by default a reset withdraws everything, any number of
   * times.
   */
  PalinodeModel model(UnaryOperator<GenerationRequest.Builder> settings) {
    return PalinodeModel.of("reciter", service, all -> settings.apply(request(all)));
  }

  private static GenerationRequest.Builder request(List<Message> conversation) {
    StringBuilder prompt = new StringBuilder();
    for (Message each : conversation) {
      prompt.append(each.role().templateName()).append(": ").append(each.content()).append('\n');
    }
    return GenerationRequest.builder(new CharTokenizer().encodeText(prompt + BEGIN))
        .stopIds(Set.of(CharTokenizer.EOS))
        .undo(UndoPolicy.onReset(RESET, 1000));
  }

  @Override
  public void close() {
    service.close();
  }
}
