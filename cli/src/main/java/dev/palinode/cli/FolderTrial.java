package dev.palinode.cli;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.io.TemporaryFolder;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A trial of a model folder in another process, so that a crash does not end this one and can be
 * reported.
 */
final class FolderTrial {
  /** The option that the other process is started with. */
  static final String HERE = "--try-here";

  private static final int TOKENS = 4;
  private static final int MAX_MESSAGE = 4000;
  private static final String PREFIX = "palinode: ";

  /** Texts that are hard for tokenizers: long runs, many kinds of characters, broken ones. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "Hello, world! It's 12345 o'clock.\n\n  Is it?\t",
          "x".repeat(2000),
          "a" + " ".repeat(2000) + "b",
          "\n".repeat(500) + "1".repeat(500) + "!?".repeat(500),
          "中文 é e\u0301 😀 \u0000 \u202e \ufb01 \ud800 ▁ <s> [UNK]");

  private FolderTrial() {}

  /**
   * Opens a folder in another process, tokenises texts, renders a conversation, and generates a few
   * tokens.
   *
   * @param adapters PEFT folders to load with it, at most one
   * @return the problem; empty if there is none
   * @throws IOException if the process cannot be started
   */
  static Optional<String> problem(Path folder, List<Path> adapters, Duration limit)
      throws IOException, InterruptedException {
    try (TemporaryFolder place = TemporaryFolder.create()) {
      Path printed = place.path().resolve("printed");
      List<String> command = new ArrayList<>(LaunchCommand.thisProgram());
      command.add(1, "-XX:ErrorFile=" + place.path().resolve("hs_err"));
      command.addAll(List.of("inspect", HERE));
      for (Path adapter : adapters) {
        command.addAll(List.of(adapter.toAbsolutePath().toString(), "--base"));
      }
      command.add(folder.toAbsolutePath().toString());
      Process process =
          new ProcessBuilder(command)
              .directory(place.path().toFile())
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(printed.toFile()))
              .start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      int exit = process.exitValue();
      if (!ended) {
        return Optional.of(folder + ": using it takes longer than " + limit.toSeconds() + " s");
      } else if (exit == 0) {
        return Optional.empty();
      }
      String crash = folder + ": using it ends the process (exit code " + exit + "): ";
      return Optional.of((exit == 1 ? "" : crash) + message(printed));
    }
  }

  /** The last message of a process; after a panic of the native library, its reason. */
  private static String message(Path printed) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(printed), StandardCharsets.UTF_8).strip().lines().toList();
    String last = "";
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("panicked at") && i + 1 < lines.size()) {
        last = lines.get(i + 1);
        break;
      }
      last = last.isEmpty() || lines.get(i).startsWith(PREFIX) ? lines.get(i) : last;
    }
    String text = last.startsWith(PREFIX) ? last.substring(PREFIX.length()) : last;
    return text.substring(0, Math.min(text.length(), MAX_MESSAGE));
  }

  /**
   * Uses a folder in this process.
   *
   * @param adapters PEFT folders to load with it
   * @throws IOException as {@link LoadedModel#open(Path)}
   * @throws IllegalArgumentException if something in it cannot be used
   */
  static void use(Path folder, List<Path> adapters) throws IOException {
    try (LoadedModel model = LoadedModel.open(folder, LoadOptions.DEFAULT, adapters)) {
      Tokenizer tokenizer = model.tokenizer();
      for (String text : TEXTS) {
        tokenizer.decode(tokenizer.encodeText(text), true);
        tokenizer.decode(tokenizer.encodeMarkup(text), false);
      }
      int[] prompt =
          ChatFormats.hasTemplate(folder)
              ? laidOut(folder, model.chatFormat())
              : tokenizer.encodeDocument("Hello");
      if (prompt.length > 0) {
        generate(folder, model, prompt);
      }
    }
  }

  private static int[] laidOut(Path folder, ChatFormat format) {
    try {
      format.answer("Yes. ");
      return format.prompt(List.of(Message.user("How are you?")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          folder + ": the chat template refuses a question: " + e.getMessage(), e);
    }
  }

  private static void generate(Path folder, LoadedModel model, int[] prompt) {
    GenerationRequest request =
        GenerationRequest.builder(prompt)
            .stopIds(model.endOfTextIds())
            .maxNewTokens(TOKENS)
            .build();
    GenerationEvent end = model.decoder(1).generate(List.of(request)).get(0);
    if (end instanceof Failed failed) {
      String problem = folder + ": generates nothing: " + failed.cause().getMessage();
      throw failed.cause() instanceof IllegalArgumentException
          ? new IllegalArgumentException(problem, failed.cause())
          : new IllegalStateException(problem, failed.cause());
    }
  }
}
