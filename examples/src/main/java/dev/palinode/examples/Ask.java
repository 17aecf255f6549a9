package dev.palinode.examples;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.model.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The shortest program: asks the model in a folder a question, and prints the events. */
public final class Ask {
  public static void main(String... args) throws Exception {
    try (LoadedModel model = LoadedModel.open(Path.of(args[0]));
        Stream<GenerationEvent> events =
            model.decoder(1).stream(model.chat(List.of(Message.user(args[1]))).build())) {
      events.forEach(System.out::println);
    }
  }
}
