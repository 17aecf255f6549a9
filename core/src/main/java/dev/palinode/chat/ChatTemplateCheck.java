package dev.palinode.chat;

import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a model folder has a chat template, and whether it works.
 *
 * @param file the file that has the template; empty if there is none
 * @param problem why the template cannot render a question and its answer; empty if it can, or if
 *     there is none
 */
public record ChatTemplateCheck(Optional<String> file, Optional<String> problem) {
  /**
   * Tries the template of a folder.
   *
   * @param tokenizer used for its special tokens only
   * @param ends the model's end-of-text ids
   * @throws java.io.UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if a file has the wrong format
   */
  public static ChatTemplateCheck of(Path folder, Tokenizer tokenizer, Set<Integer> ends) {
    Optional<String> file = Optional.empty();
    try {
      file =
          Optional.ofNullable(
                  TemplateFiles.read(folder, TokenizerConfig.read(folder))
                      .get(TokenizerConfig.DEFAULT_TEMPLATE))
              .map(TemplateFiles.Source::file);
      if (file.isPresent()) { // the constructor renders a question with its answer
        ChatFormats.of(folder, tokenizer, TokenizerConfig.DEFAULT_TEMPLATE, ends);
      }
      return new ChatTemplateCheck(file, Optional.empty());
    } catch (IllegalArgumentException e) {
      return new ChatTemplateCheck(file, Optional.of(String.valueOf(e.getMessage())));
    }
  }
}
