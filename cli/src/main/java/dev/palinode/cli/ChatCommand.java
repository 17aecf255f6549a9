package dev.palinode.cli;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.GenerationOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.RequestPrompt;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.io.TextFiles;
import dev.palinode.model.LoadedModel;
import dev.palinode.text.Printable;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palinode chat}: a conversation in the terminal. */
@Command(
    name = "chat",
    description = {
      "Talk to a model; withdrawn text is struck through.",
      "",
      "Without --model, to the small one of the source tree.",
      "",
      "Example: palinode chat --delay 40"
    })
final class ChatCommand implements Callable<Integer> {
  @Option(
      names = "--delay",
      paramLabel = "MILLISECONDS",
      description = "Milliseconds to wait after each token, to watch.")
  private long delayMillis;

  @Option(names = "--system", description = "Answer under this system message.")
  private @Nullable String system;

  @Mixin private ModelOptions modelOptions;
  @Mixin private GenerationOptions options;

  @Override
  public Integer call() throws IOException {
    Path folder = ShippedFiles.orShipped(modelOptions.model().orElse(ShippedFiles.MODEL));
    if (modelOptions.model().isEmpty() && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is not there; name a model with --model DIR");
    }
    try (LoadedModel loaded = modelOptions.open(folder, 1);
        GenerationOptions used = options;
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      PrintStream out = AnswerScreen.utf8(System.out);
      requireUsable(loaded, used);
      greet(out, loaded, folder);
      converse(out, loaded, used, terminal);
    }
    return 0;
  }

  /** Refuses wrong options before the first question. */
  private void requireUsable(LoadedModel loaded, GenerationOptions used) throws IOException {
    List<Message> conversation = start();
    conversation.add(Message.user("?"));
    ChatFormat format = loaded.chatFormat(modelOptions.chatFormat());
    used.request(new RequestPrompt.Chat(format, conversation), loaded, 0);
  }

  /** A conversation before its first question. */
  private List<Message> start() {
    List<Message> start = new ArrayList<>();
    if (system != null) {
      start.add(Message.system(system));
    }
    return start;
  }

  private static void greet(PrintStream out, LoadedModel loaded, Path folder) throws IOException {
    out.printf(
        Locale.ROOT,
        "%s: %,d weights, %s. Empty line, /exit or Ctrl-D ends; /new forgets the conversation.%n",
        folder.getFileName(),
        loaded.network().config().parameterCount(),
        loaded.resetId().isPresent() ? "takes back what it should not have said" : "never resets");
    Path examples = folder.resolve("prompts.txt");
    if (Files.isRegularFile(examples)) {
      out.println("It knows a small invented world only. Try:");
      TextFiles.lines(examples).forEach(line -> out.println("  " + Printable.lines(line)));
    }
    out.flush();
  }

  private void converse(
      PrintStream out, LoadedModel loaded, GenerationOptions used, Terminal terminal)
      throws IOException {
    ChatFormat format = loaded.chatFormat(modelOptions.chatFormat());
    AnswerScreen screen = AnswerScreen.onStandardOutput(out, terminal::getWidth, delayMillis);
    LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
    List<Message> conversation = start();
    long turn = 0;
    for (Optional<String> line = read(reader); line.isPresent(); line = read(reader)) {
      if (line.get().equals("/new")) {
        conversation.clear();
        conversation.addAll(start());
        continue;
      }
      conversation.add(Message.user(line.get()));
      warnOfUnknownWords(out, loaded.tokenizer(), line.get());
      RequestPrompt prompt = new RequestPrompt.Chat(format, conversation);
      GenerationRequest request = used.request(prompt, loaded, turn++);
      used.show("", request, loaded, screen)
          .answer()
          .ifPresentOrElse(
              answer -> conversation.add(Message.assistant(answer)),
              () -> conversation.remove(conversation.size() - 1));
    }
  }

  /** Warns of unknown words: a tiny vocabulary drops most. */
  private static void warnOfUnknownWords(PrintStream out, Tokenizer tokenizer, String text) {
    int unknown = tokenizer.unknownId().orElse(-1);
    long count = Arrays.stream(tokenizer.encodeText(text)).filter(id -> id == unknown).count();
    if (count > 0) {
      out.printf(Locale.ROOT, "(%d of these words or signs the model does not know)%n", count);
    }
  }

  /** Reads a line; empty if the conversation is over. */
  private static Optional<String> read(LineReader reader) {
    try {
      String line = reader.readLine("> ").strip();
      return line.isEmpty() || line.equals("/exit") ? Optional.empty() : Optional.of(line);
    } catch (EndOfFileException | UserInterruptException e) {
      return Optional.empty();
    }
  }
}
