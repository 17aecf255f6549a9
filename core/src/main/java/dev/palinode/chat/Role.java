package dev.palinode.chat;

import java.util.Locale;

/** The speaker of a {@link Message}. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT;

  /** The name in chat templates: {@code system}, {@code user} or {@code assistant}. */
  public String templateName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The role with that {@link #templateName()}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Role of(String templateName) {
    for (Role role : values()) {
      if (role.templateName().equals(templateName)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "unknown role \"" + templateName + "\": expected system, user or assistant");
  }
}
