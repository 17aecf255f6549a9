package dev.palinode.examples;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Asks a model one question, and prints its answer with withdrawn text. */
public final class GenerateWithUndo {
  private GenerateWithUndo() {}

  /**
   * Runs it.
   *
   * @param args a model folder and a question
   */
  public static void main(String... args) throws IOException {
    try (LoadedModel model = LoadedModel.open(Path.of(args[0]))) {
      GenerationRequest request = model.chat(List.of(Message.user(args[1]))).build();
      try (Stream<GenerationEvent> events = model.decoder(1).stream(request)) {
        events.forEach(GenerateWithUndo::print);
      }
    }
  }

  static void print(GenerationEvent event) {
    if (event instanceof Token token) {
      System.out.print(token.text());
    } else if (event instanceof Undo undo && undo.withdrawn() > 0) { // otherwise nothing was shown
      System.out.printf("%n[withdrawn: %s]%n", undo.text());
    } else if (event instanceof Finished end) {
      System.out.printf("%s%n%s%n", end.rest(), end.usage());
    } else if (event instanceof Failed failed) {
      throw failed.cause();
    }
  }
}
