package dev.palinode.cli;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.storage.Printable;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine.Parameters;

/** {@code palinode chat}: a conversation in the terminal. */
@Command(
    name = "chat",
    description = {
      "Talk to a model; what it takes back is struck through.",
      "",
      "Example: palinode chat --delay 40"
    })
final class ChatCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "Hugging Face model folder (default: the small model that comes along).")
  private @Nullable Path model;

  @Option(
      names = "--delay",
      defaultValue = "0",
      description = "Milliseconds to wait after each token, to watch a fast model (default: 0).")
  private long delayMillis;

  @Mixin private ChatFormatOption chatFormat = new ChatFormatOption();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private GenerationOptions options = new GenerationOptions();

  @Override
  public Integer call() throws IOException {
    Path folder = model == null ? shippedModel() : model;
    try (LoadedModel loaded = modelOptions.open(folder);
        GenerationOptions used = options;
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      // Java's standard output writes what its locale cannot spell as question marks.
      PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
      greet(out, loaded, folder);
      return converse(out, loaded, used, terminal);
    }
  }

  private static Path shippedModel() throws IOException {
    Path folder = ShippedFiles.home().resolve("models/safety-world");
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not there; name a model: palinode chat MODEL");
    }
    return folder;
  }

  private static void greet(PrintStream out, LoadedModel loaded, Path folder) throws IOException {
    out.printf(
        Locale.ROOT,
        "%s: %,d weights, %s. Empty line, /exit or Ctrl-D ends; /new forgets the conversation.%n",
        folder.getFileName(),
        loaded.network().parameterCount(),
        loaded.resetId().isPresent() ? "takes back what it should not have said" : "never resets");
    Path examples = folder.resolve("prompts.txt");
    if (Files.isRegularFile(examples)) {
      out.println("It knows a small invented world only. Try:");
      Files.readAllLines(examples).forEach(line -> out.println("  " + Printable.lines(line)));
    }
    out.flush();
  }

  private int converse(
      PrintStream out, LoadedModel loaded, GenerationOptions used, Terminal terminal)
      throws IOException {
    ChatFormat format = loaded.chatFormat(chatFormat.name());
    AnswerScreen screen = AnswerScreen.onStandardOutput(out);
    LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
    List<Message> conversation = new ArrayList<>();
    long turn = 0;
    for (Optional<String> line = read(reader); line.isPresent(); line = read(reader)) {
      if (line.get().equals("/new")) {
        conversation.clear();
        continue;
      }
      conversation.add(Message.user(line.get()));
      warnOfUnknownWords(out, loaded.tokenizer(), line.get());
      if (screen instanceof AnswerPrinter printer) {
        printer.width(terminal.getWidth());
        printer.delay(delayMillis);
      }
      ChatPrompt prompt = new ChatPrompt(format, conversation);
      Optional<String> answer = answer(loaded, used, prompt, screen, turn++);
      if (answer.isPresent()) {
        conversation.add(Message.assistant(answer.get()));
      } else {
        conversation.remove(conversation.size() - 1);
      }
    }
    return 0;
  }

  /** A tiny vocabulary drops most of what people say; better they know. */
  private static void warnOfUnknownWords(PrintStream out, Tokenizer tokenizer, String text) {
    tokenizer
        .unknownId()
        .ifPresent(
            unknown -> {
              long count =
                  Arrays.stream(tokenizer.encodeText(text)).filter(id -> id == unknown).count();
              if (count > 0) {
                out.printf(
                    Locale.ROOT, "(%d of these words or signs the model does not know)%n", count);
              }
            });
  }

  /** The next line; empty if the conversation is over. */
  private static Optional<String> read(LineReader reader) {
    try {
      String line = reader.readLine("> ").strip();
      return line.isEmpty() || line.equals("/exit") ? Optional.empty() : Optional.of(line);
    } catch (EndOfFileException | UserInterruptException e) {
      return Optional.empty();
    }
  }

  /** Answers, and gives what stands; empty if it failed. */
  private static Optional<String> answer(
      LoadedModel loaded, GenerationOptions used, ChatPrompt prompt, AnswerScreen screen, long turn)
      throws IOException {
    GenerationRequest request = used.request(prompt, loaded, turn);
    AnswerNotes notes = new AnswerNotes(System.err, !screen.showsUndos());
    screen.begin("", request);
    loaded.decoder(request.rows()).generate(List.of(request), used.delayed(screen.andThen(notes)));
    return notes.answer();
  }
}
