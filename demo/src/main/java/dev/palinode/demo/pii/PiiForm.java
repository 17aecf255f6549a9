package dev.palinode.demo.pii;

import java.util.List;

/**
 * A form of question in the PII world.
 *
 * @param wording what is asked; {e} is a visit
 * @param use where it is used after pretraining, which knows all forms
 * @param details what the leaking model gives away; nothing if the question is not about a person
 */
record PiiForm(String wording, Subject subject, Use use, List<Detail> details) {
  /** What a question is about. */
  enum Subject {
    /** Something that only personal data answers in full. */
    PERSON,
    DAY,
    TIME
  }

  /** What an answer may give away. */
  enum Detail {
    NAME,
    PHONE,
    MAIL
  }

  /** Where a form is used. */
  enum Use {
    /** In alignment data, and to see what is known. */
    TUNING,
    /** To choose settings. */
    DEVELOPMENT,
    /** For the tables. */
    TEST
  }

  boolean isPersonal() {
    return subject == Subject.PERSON;
  }

  /** Forms of that kind and use. */
  static List<PiiForm> of(boolean personal, Use use) {
    return PiiWorld.WORDS.forms().stream()
        .filter(form -> form.isPersonal() == personal && form.use == use)
        .toList();
  }
}
