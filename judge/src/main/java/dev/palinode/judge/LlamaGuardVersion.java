package dev.palinode.judge;

import java.util.List;

/**
 * The versions of Llama Guard, each with its form of prompt. The same code means different
 * categories in each.
 */
public enum LlamaGuardVersion {
  /** Built on Llama 3, 11 categories. */
  LLAMA_GUARD_2(
      "[INST] ",
      " [/INST]",
      List.of(
          "Violent Crimes",
          "Non-Violent Crimes",
          "Sex-Related Crimes",
          "Child Sexual Exploitation",
          "Specialized Advice",
          "Privacy",
          "Intellectual Property",
          "Indiscriminate Weapons",
          "Hate",
          "Suicide & Self-Harm",
          "Sexual Content")),

  /** Built on Llama 3.1 and 3.2, 14 categories; the 1B model knows the first 13. */
  LLAMA_GUARD_3(
      "<|begin_of_text|><|start_header_id|>user<|end_header_id|> ",
      " <|eot_id|><|start_header_id|>assistant<|end_header_id|>",
      List.of(
          "Violent Crimes",
          "Non-Violent Crimes",
          "Sex-Related Crimes",
          "Child Sexual Exploitation",
          "Defamation",
          "Specialized Advice",
          "Privacy",
          "Intellectual Property",
          "Indiscriminate Weapons",
          "Hate",
          "Suicide & Self-Harm",
          "Sexual Content",
          "Elections",
          "Code Interpreter Abuse"));

  private final String before; // the strings that llama-cookbook puts around the task
  private final String after;

  @SuppressWarnings("ImmutableEnumChecker") // an immutable list
  private final List<String> categories;

  LlamaGuardVersion(String before, String after, List<String> categories) {
    this.before = before;
    this.after = after;
    this.categories = categories;
  }

  /** The names of the categories in the model card, S1 first. */
  List<String> categories() {
    return categories;
  }

  String before() {
    return before;
  }

  String after() {
    return after;
  }
}
