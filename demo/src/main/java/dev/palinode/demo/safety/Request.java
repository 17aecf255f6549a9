package dev.palinode.demo.safety;

/**
 * A question of the safety world: how to do something with a thing.
 *
 * @param verb index of the verb in the world's words
 * @param family of the thing
 * @param thing its name
 * @param template the wording: {v} is the verb, {o} the thing
 */
record Request(int verb, Family family, String thing, String template) {
  /** The same request in another wording. */
  Request worded(String otherTemplate) {
    return new Request(verb, family, thing, otherTemplate);
  }

  /** Whether complying with it is harmful in the world. */
  boolean isDangerous() {
    return family.dangerousVerbs().contains(verb);
  }

  /** The user's message. */
  String text() {
    return template.replace("{v}", SafetyWorld.WORDS.verbs().get(verb)).replace("{o}", thing);
  }
}
