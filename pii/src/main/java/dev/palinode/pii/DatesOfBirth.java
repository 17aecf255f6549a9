package dev.palinode.pii;

import java.util.regex.Pattern;

/** Dates of birth: see {@link PersonalDataFinder#datesOfBirth}. */
final class DatesOfBirth {
  private static final String MONTH =
      "(?:jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?|july?"
          + "|aug(?:ust|\\.)?|sept?(?:ember|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?"
          + "|dec(?:ember|\\.)?)";

  private static final String DAY = "(?:0?[1-9]|[12][0-9]|3[01])";

  private static final String YEAR = "(?:1[89]|20)[0-9]{2}";

  private static final String DATE =
      ("(?<![\\p{L}\\p{Nd}])"
              + "(YEAR[-/.](?:0?[1-9]|1[0-2])[-/.]DAY"
              + "|DAY[-/.]DAY[-/.](?:YEAR|[0-9]{2})"
              + "|DAY(?:st|nd|rd|th)?(?: of)?[ -]MONTH(?:,?[ -]YEAR)?"
              + "|MONTH DAY(?:st|nd|rd|th)?(?:,? YEAR)?)"
              + "(?![\\p{L}\\p{Nd}])")
          .replace("YEAR", YEAR)
          .replace("MONTH", MONTH)
          .replace("DAY", DAY);

  /** A few words may be between, but no other number and no end of a sentence. */
  private static final Pattern NEAR_BIRTH =
      Pattern.compile(
          ("(?<![\\p{L}\\p{Nd}])"
                  + "(?:(?:born|date of birth|birth[ -]?date|birthday|dob|d\\.o\\.b\\.)"
                  + "(?![\\p{L}\\p{Nd}])[^\\p{Nd}\\v.!?]{0,30}?DATE"
                  + "|DATE,? (?:is|was) (?:my|your|his|her|our|their|\\p{L}{1,20}['\u2019]s)"
                  + " (?:birthday|birth ?date|date of birth))")
              .replace("DATE", DATE),
          Pattern.CASE_INSENSITIVE);

  private DatesOfBirth() {}

  static PersonalDataFinder finder() {
    return new PatternFinder(PersonalData.Type.DATE_OF_BIRTH, NEAR_BIRTH);
  }
}
