package dev.palinode.cli;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
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
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
      names = "--chat-format",
      defaultValue = "default",
      description =
          "'default' is the model's own template; 'human-assistant' suits base models (default:"
              + " ${DEFAULT-VALUE}).")
  private String chatFormat = "";

  @Option(
      names = "--delay",
      defaultValue = "0",
      description = "Milliseconds to wait after each token, to watch a fast model (default: 0).")
  private long delayMillis;

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
    Path home = Path.of(System.getProperty("palinode.home", "."));
    Path folder = home.resolve("models/safety-world");
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is not there; name a model: palinode chat MODEL");
    }
    return folder;
  }

  private static void greet(PrintStream out, LoadedModel loaded, Path folder) throws IOException {
    out.printf(
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
    ChatFormat format = loaded.chatFormat(chatFormat);
    AnswerPrinter printer = new AnswerPrinter(out, Withdrawal.ofStandardOutput());
    printer.delay(delayMillis);
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
      printer.width(terminal.getWidth());
      Optional<String> answer = answer(loaded, used, format, conversation, printer, turn++);
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
                out.printf("(%d of these words or signs the model does not know)%n", count);
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
      LoadedModel loaded,
      GenerationOptions used,
      ChatFormat format,
      List<Message> conversation,
      AnswerPrinter printer,
      long turn)
      throws IOException {
    GenerationRequest request =
        used.request(
            GenerationRequest.builder(format.prompt(conversation)).stopIds(format.endOfTurnIds()),
            loaded,
            new Layout(format, conversation),
            turn);
    printer.begin("");
    List<GenerationEvent> ends = new ArrayList<>();
    Consumer<GenerationEvent> screen = used.delayed(printer);
    loaded
        .decoder(request.rows())
        .generate(
            List.of(request),
            event -> {
              screen.accept(event);
              if (event.isLast()) {
                ends.add(event);
              }
            });
    return ends.get(0) instanceof Finished finished
        ? Optional.of(finished.text())
        : Optional.empty();
  }

  private record Layout(ChatFormat format, List<Message> conversation)
      implements GenerationOptions.Prompts {
    @Override
    public String asked() {
      return conversation.get(conversation.size() - 1).content();
    }

    @Override
    public int[] negative(String text) {
      List<Message> all = new ArrayList<>(conversation);
      all.add(0, Message.system(text));
      return format.prompt(all);
    }

    /** Before the last request: not every template has a place for a system message. */
    @Override
    public int[] nudged(String nudge) {
      List<Message> all = new ArrayList<>(conversation);
      Message last = all.remove(all.size() - 1);
      all.add(Message.user(nudge + "\n\n" + last.content()));
      return format.prompt(all);
    }
  }
}
