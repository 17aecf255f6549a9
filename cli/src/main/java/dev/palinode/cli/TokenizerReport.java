package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.ChatTemplateCheck;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.model.folder.TokenizerSummary;
import dev.palinode.model.folder.TokenizerSummary.Token;
import dev.palinode.storage.Printable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What {@code palinode inspect} says of the tokenizer in a folder. */
final class TokenizerReport {
  private TokenizerReport() {}

  /**
   * Adds facts on a tokenizer, or what is wrong with it.
   *
   * @param rows of the model's tables; empty if there is no model
   */
  static void add(Report report, Path folder, OptionalInt rows) {
    try {
      add(report, TokenizerSummary.of(folder), folder, rows);
    } catch (UncheckedIOException | IllegalArgumentException e) {
      report.fact("tokenizer", "cannot be read");
      report.json().putNull("tokenizer");
      report.problem(String.valueOf(e.getMessage()));
    }
  }

  private static void add(
      Report report, TokenizerSummary tokenizer, Path folder, OptionalInt rows) {
    ObjectNode json = report.json().putObject("tokenizer");
    json.put("tokens", tokenizer.tokens());
    report.fact(
        "tokenizer",
        Words.number(tokenizer.tokens(), "token") + rows(report, tokenizer, folder, rows, json));
    report.fact("special tokens", list(tokenizer.named()));
    report.fact("ends a text", list(tokenizer.ends()));
    report.fact(
        "reset token",
        tokenizer.resetId().isPresent()
            ? LoadedModel.RESET + " = " + tokenizer.resetId().getAsInt()
            : "none: it was not taught to take anything back");
    report.fact("chat template", template(tokenizer.template()));
    ObjectNode named = json.putObject("special_tokens");
    for (Token token : tokenizer.named()) {
      put(named.putObject(token.name()).put("spelling", token.spelling()), "id", token.id());
    }
    ArrayNode ends = json.putArray("end_of_text_ids");
    tokenizer.ends().forEach(end -> ends.add(end.id().orElseThrow()));
    put(json, "reset_id", tokenizer.resetId());
    ObjectNode template = report.json().putObject("chat_template");
    template.put("file", tokenizer.template().file().orElse(null));
    template.put("problem", tokenizer.template().problem().orElse(null));
  }

  private static String rows(
      Report report, TokenizerSummary tokenizer, Path folder, OptionalInt rows, ObjectNode json) {
    if (rows.isEmpty()) {
      return "";
    }
    if (tokenizer.rows() > rows.getAsInt()) {
      report.problem(
          String.format(
              Locale.ROOT,
              "%s: the tokenizer has ids up to %d, the model only %d rows (vocab_size); the files do not belong together",
              folder,
              tokenizer.rows() - 1,
              rows.getAsInt()));
    }
    int unused = Math.max(0, rows.getAsInt() - tokenizer.tokens());
    json.put("unused_rows", unused);
    return " for %s of the model%s"
        .formatted(
            Words.number(rows.getAsInt(), "row"),
            unused == 0 ? "" : ", " + Words.number(unused) + " of them unused");
  }

  private static String list(List<Token> tokens) {
    return tokens.isEmpty()
        ? "none named"
        : tokens.stream().map(TokenizerReport::words).collect(Collectors.joining(", "));
  }

  private static String words(Token token) {
    String id = token.id().isPresent() ? Integer.toString(token.id().getAsInt()) : "not a token";
    return "%s%s = %s"
        .formatted(
            token.name().isEmpty() ? "" : token.name().replace("_token", " "),
            token.spelling().isEmpty() ? "no token" : Printable.escape(token.spelling()),
            id);
  }

  private static String template(ChatTemplateCheck template) {
    if (template.file().isEmpty()) {
      return "none; for a base model see chat --chat-format " + ChatFormats.HUMAN_ASSISTANT;
    }
    return "in "
        + template.file().get()
        + template
            .problem()
            .map(problem -> ", but it fails: " + Printable.escape(problem))
            .orElse(", lays out a trial conversation");
  }

  private static void put(ObjectNode json, String field, OptionalInt id) {
    if (id.isPresent()) {
      json.put(field, id.getAsInt());
    } else {
      json.putNull(field);
    }
  }
}
