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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
  private static final String EXTENSION = ".jinja";

  private TemplateFiles() {}

  /**
   * Reads the templates.
   *
   * @throws UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if a file has the wrong format
   */
  static Map<String, String> read(Path folder, TokenizerConfig config) {
    Map<String, String> templates = new LinkedHashMap<>();
    Path file = folder.resolve(TokenizerFiles.CHAT_TEMPLATE);
    if (Files.isRegularFile(file)) {
      templates.put(TokenizerConfig.DEFAULT_TEMPLATE, text(file));
    }
    for (Path additional : additional(folder.resolve(TokenizerFiles.ADDITIONAL_CHAT_TEMPLATES))) {
      String name = additional.getFileName().toString();
      templates.putIfAbsent(
          name.substring(0, name.length() - EXTENSION.length()), text(additional));
    }
    config.chatTemplates().forEach(templates::putIfAbsent);
    Path json = folder.resolve(TokenizerFiles.CHAT_TEMPLATE_JSON);
    if (Files.isRegularFile(json)) {
      JsonNode template = JsonFiles.readObject(json).path("chat_template");
      TokenizerConfig.chatTemplates(template).forEach(templates::putIfAbsent);
    }
    return templates;
  }

  /** The file that has the template called {@code default}. */
  static Optional<String> fileOfDefault(Path folder, TokenizerConfig config) {
    String additional =
        TokenizerFiles.ADDITIONAL_CHAT_TEMPLATES
            + "/"
            + TokenizerConfig.DEFAULT_TEMPLATE
            + EXTENSION;
    for (String file : List.of(TokenizerFiles.CHAT_TEMPLATE, additional)) {
      if (Files.isRegularFile(folder.resolve(file))) {
        return Optional.of(file);
      }
    }
    if (config.chatTemplates().containsKey(TokenizerConfig.DEFAULT_TEMPLATE)) {
      return Optional.of(TokenizerConfig.FILE);
    }
    return read(folder, config).containsKey(TokenizerConfig.DEFAULT_TEMPLATE)
        ? Optional.of(TokenizerFiles.CHAT_TEMPLATE_JSON)
        : Optional.empty();
  }

  private static List<Path> additional(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(EXTENSION)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
