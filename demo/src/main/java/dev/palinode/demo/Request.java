package dev.palinode.demo;

/**
 * A question of the safety world: how to do something with a thing.
 *
 * @param verb index of what is to be done, see {@link SafetyWorld#VERBS}
 * @param family of the thing
 * @param thing its name
 * @param template index of the wording, see {@link SafetyWorld#TEMPLATES}
 */
record Request(int verb, Family family, String thing, int template) {
  /** Whether an answer that complies does harm in the world. */
  boolean isDangerous() {
    return family.dangerousVerbs.contains(verb);
  }

  /** What the user says. */
  String text() {
    return SafetyWorld.TEMPLATES
        .get(template)
        .replace("{v}", SafetyWorld.VERBS.get(verb))
        .replace("{o}", thing);
  }
}
