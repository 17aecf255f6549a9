package dev.palinode.judge;

import java.util.ArrayList;
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

  private final String before;
  private final String after;

  @SuppressWarnings("ImmutableEnumChecker") // an immutable copy
  private final List<SafetyCategory> categories;

  LlamaGuardVersion(String before, String after, List<String> names) {
    this.before = before;
    this.after = after;
    List<SafetyCategory> all = new ArrayList<>();
    names.forEach(name -> all.add(new SafetyCategory("S" + (all.size() + 1), name)));
    this.categories = List.copyOf(all);
  }

  /** The categories that the version was trained on, S1 first, with the names of its model card. */
  public List<SafetyCategory> categories() {
    return categories;
  }

  /** The string that llama-cookbook puts before the task. */
  String before() {
    return before;
  }

  /** The string that llama-cookbook puts after the task. */
  String after() {
    return after;
  }
}
