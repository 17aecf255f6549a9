package dev.palinode.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.token.TokenizerConfig;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The chat templates of a model folder by name, from all files that Hugging Face has used for them.
 * For each name the first of these files wins, as in transformers:
 *
 * <ol>
 *   <li>{@code chat_template.jinja} (called {@code default}) and {@code
 *       additional_chat_templates/NAME.jinja};
 *   <li>{@code chat_template} in {@code tokenizer_config.json}: a text, or a list of named ones;
 *   <li>{@code chat_template} in {@code chat_template.json}, likewise.
 * </ol>
 */
final class TemplateFiles {
  /** A template and the name of its file. */
  record Source(String file, String text) {}

  private TemplateFiles() {}

  /**
   * @throws IllegalArgumentException if a file has the wrong format
   */
  static Map<String, Source> read(Path folder, TokenizerConfig config) {
    Map<String, Source> templates = new LinkedHashMap<>();
    if (Files.isRegularFile(folder.resolve(TokenizerFiles.CHAT_TEMPLATE))) {
      templates.put(TokenizerConfig.DEFAULT_TEMPLATE, source(folder, TokenizerFiles.CHAT_TEMPLATE));
    }
    for (String file : TokenizerFiles.additionalTemplates(folder)) {
      String name = file.substring(file.indexOf('/') + 1, file.lastIndexOf('.'));
      templates.putIfAbsent(name, source(folder, file));
    }
    add(config.chatTemplates(), TokenizerConfig.FILE, templates);
    Path json = folder.resolve(TokenizerFiles.CHAT_TEMPLATE_JSON);
    if (Files.isRegularFile(json)) {
      JsonNode template = JsonFiles.readObject(json).path("chat_template");
      add(
          TokenizerConfig.chatTemplates(json, template),
          TokenizerFiles.CHAT_TEMPLATE_JSON,
          templates);
    }
    return templates;
  }

  private static void add(Map<String, String> named, String file, Map<String, Source> templates) {
    named.forEach((name, text) -> templates.putIfAbsent(name, new Source(file, text)));
  }

  private static Source source(Path folder, String file) {
    try {
      return new Source(file, Files.readString(folder.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(
          folder.resolve(file) + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
