package dev.palinode.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;

/**
 * The model that LangChain4j's contract tests are run on: it knows the answers that they expect.
 */
final class ContractModels {
  private static final RecitingModel MODEL = new RecitingModel(ContractModels::answer);

  static final String NAME = "reciter";

  private ContractModels() {}

  /** Each answer begins with something that is withdrawn. */
  private static String answer(String prompt) {
    if (prompt.contains("capital of Germany")) {
      return "B#Berlin is the capital of Germany. 2 + 2 is 4.";
    }
    if (prompt.contains("I love you")) {
      return "I love#Ich liebe dich.";
    }
    if (prompt.contains("Hello World")) {
      return "Bye#Hello World, and more";
    }
    if (prompt.contains("my favorite color is green")) {
      return "red#It is green.";
    }
    return "No.#Once upon a time there was a very small animal.";
  }

  static PalinodeModel with(ChatRequestParameters defaults) {
    return MODEL.model().withDefaults(defaults);
  }

  static PalinodeModel with(ChatModelListener listener) {
    return MODEL.model().withListeners(List.of(listener));
  }

  static PalinodeModel plain() {
    return MODEL.model();
  }

  /** The parameters that the contract of listeners expects. */
  static ChatRequestParameters listened(double temperature, double topP, int maxOutputTokens) {
    return ChatRequestParameters.builder()
        .temperature(temperature)
        .topP(topP)
        .maxOutputTokens(maxOutputTokens)
        .build();
  }

  /** A model whose requests fail. */
  static PalinodeModel failing(ChatModelListener listener) {
    return new RecitingModel(
            prompt -> {
              throw new UnsupportedOperationException("the model is broken");
            })
        .model()
        .withListeners(List.of(listener));
  }
}
