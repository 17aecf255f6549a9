package dev.palinode.examples;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.langchain4j.PalinodeChatModel;
import dev.palinode.langchain4j.PalinodeModel;
import dev.palinode.langchain4j.PalinodeStreamingChatModel;
import dev.palinode.langchain4j.RetractionListener;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Asks a model by LangChain4j's interfaces: for an answer, and for a stream with retractions. */
public final class AskWithLangChain4j {
  private AskWithLangChain4j() {}

  /**
   * Runs it.
   *
   * @param args a model folder and a question
   */
  public static void main(String... args) throws IOException {
    try (LoadedModel model = LoadedModel.open(Path.of(args[0]));
        DecodingService service =
            new DecodingService(model.lm(), model.tokenizer(), BatchLimits.rows(16), 64)) {
      PalinodeModel shared = PalinodeModel.of("my-model", service, model::chat);

      System.out.println(new PalinodeChatModel(shared).chat(args[1]));

      Screen screen = new Screen();
      new PalinodeStreamingChatModel(shared, 2).chat(args[1], screen);
      System.out.println("\n" + screen.end.join().tokenUsage());
    }
  }

  /** A handler that can take text back. Without the second interface, it would get an error. */
  private static final class Screen implements StreamingChatResponseHandler, RetractionListener {
    final CompletableFuture<ChatResponse> end = new CompletableFuture<>();

    @Override
    public void onPartialResponse(String text) {
      System.out.print(text);
    }

    @Override
    public void onRetraction(String text, UndoCause cause) {
      System.out.printf("%n[withdrawn: %s]%n", text);
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
      end.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(error);
    }
  }
}
