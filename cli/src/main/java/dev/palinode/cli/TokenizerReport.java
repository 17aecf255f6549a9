package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.ChatTemplateCheck;
import dev.palinode.cli.console.Words;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.TokenizerSummary;
import dev.palinode.model.TokenizerSummary.Token;
import dev.palinode.text.Printable;
import dev.palinode.token.TokenizerFiles;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The report of {@code palinode inspect} on the tokenizer in a folder. */
final class TokenizerReport {
  private TokenizerReport() {}

  /**
   * Adds facts about the tokenizer in a folder, or its problem.
   *
   * @param rows of the model's embedding table; empty if there is no model
   */
  static void add(Report report, Path folder, OptionalInt rows) {
    report.line("");
    if (!Files.isRegularFile(folder.resolve(TokenizerFiles.TOKENIZER))) {
      addNone(report, folder, rows.isPresent());
      return;
    }
    try {
      TokenizerSummary tokenizer = TokenizerSummary.of(folder);
      ObjectNode json = report.json().putObject("tokenizer").put("tokens", tokenizer.tokens());
      String ofModel = "";
      if (rows.isPresent()) {
        ofModel = ofModel(report, tokenizer, folder, rows.getAsInt(), json);
      }
      report.fact("tokenizer", "%s%s", Words.number(tokenizer.tokens(), "token"), ofModel);
      addTokens(report, tokenizer, json);
      addTemplate(report, tokenizer.template());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      report.fact("tokenizer", "cannot be read");
      report.json().putNull("tokenizer");
      report.problem(String.valueOf(e.getMessage()));
    }
  }

  private static void addNone(Report report, Path folder, boolean hasModel) {
    report.fact("tokenizer", hasModel ? "none" : "that of the base model, and its chat template");
    report.json().putNull("tokenizer");
    if (hasModel) {
      report.problem(folder + " has no tokenizer.json: text cannot be given to the model without");
    }
  }

  private static String ofModel(
      Report report, TokenizerSummary tokenizer, Path folder, int rows, ObjectNode json) {
    if (tokenizer.rows() > rows) {
      report.problem(
          String.format(
              Locale.ROOT,
              "%s: the tokenizer has ids up to %d, the model only %d rows (vocab_size); the files do not belong together",
              folder,
              tokenizer.rows() - 1,
              rows));
    }
    int unused = Math.max(0, rows - tokenizer.tokens());
    json.put("unused_rows", unused);
    return " for %s of the model%s"
        .formatted(
            Words.number(rows, "row"),
            unused == 0 ? "" : ", " + Words.number(unused) + " of them unused");
  }

  private static void addTokens(Report report, TokenizerSummary tokenizer, ObjectNode json) {
    OptionalInt reset = tokenizer.resetId();
    report.fact("special tokens", "%s", list(tokenizer.named()));
    report.fact("ends a text", "%s", list(tokenizer.ends()));
    report.fact(
        "reset token",
        "%s",
        reset.isPresent()
            ? LoadedModel.RESET + " = " + reset.getAsInt()
            : "none: it was not trained to reset");
    ObjectNode named = json.putObject("special_tokens");
    for (Token token : tokenizer.named()) {
      named.putObject(token.name()).put("spelling", token.spelling()).put("id", orNull(token.id()));
    }
    ArrayNode ends = json.putArray("end_of_text_ids");
    tokenizer.ends().forEach(end -> ends.add(end.id().orElseThrow()));
    json.put("reset_id", orNull(reset));
  }

  private static String list(List<Token> tokens) {
    return tokens.isEmpty()
        ? "none named"
        : tokens.stream().map(TokenizerReport::describe).collect(Collectors.joining(", "));
  }

  private static String describe(Token token) {
    return "%s%s = %s"
        .formatted(
            token.name().isEmpty() ? "" : token.name().replace("_token", " "),
            token.spelling().isEmpty() ? "no token" : Printable.escape(token.spelling()),
            token.id().isPresent() ? token.id().getAsInt() : "not a token");
  }

  private static void addTemplate(Report report, ChatTemplateCheck template) {
    String file = template.file().orElse(null);
    String problem = template.problem().orElse(null);
    report.json().putObject("chat_template").put("file", file).put("problem", problem);
    if (file == null) {
      report.fact(
          "chat template",
          "none; for a base model see chat --chat-format %s",
          ChatFormats.HUMAN_ASSISTANT);
    } else if (problem == null) {
      report.fact("chat template", "in %s, lays out a trial conversation", file);
    } else {
      report.fact("chat template", "in %s, but it fails: %s", file, Printable.escape(problem));
    }
  }

  private static @Nullable Integer orNull(OptionalInt id) {
    return id.isPresent() ? (Integer) id.getAsInt() : null;
  }
}
