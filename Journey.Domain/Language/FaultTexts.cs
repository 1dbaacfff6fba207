using System.Collections.Immutable;
using static Journey.Domain.Language.FaultSeverity;

namespace Journey.Domain.Language;

/// <summary>Every text of every fault. A code is stable: add, never renumber, never give an old one a new meaning.</summary>
/// <remarks>J1 structure, J2 conditions and templates, J3 references, J4 journeys, J5 workspace and tests.</remarks>
public static class FaultTexts
{
    public static readonly FaultText Syntax = new("J101", Error, "Not YAML", "This is not YAML: {0}",
                "The text cannot be read. Usual causes: a tab used for indentation, a missing colon or quote, a line indented less than its neighbours. " +
        "Other documents of the file are still checked.");

    public static readonly FaultText FileTooLarge = new("J102", Error, "File too large", "The file has {0:N0} bytes; at most {1:N0} are read.",
        "A definition is written by people. Put documents into files of their own.");

    public static readonly FaultText TooDeep = new("J103", Error, "Nested too deep", "Lists and mappings nest at most {0} levels deep.",
        "Steps nested this deep cannot be followed by a reader. Use `goto`, or `start` another journey.");

    public static readonly FaultText TooManyValues = new("J104", Error, "Too many values", "A document has at most {0:N0} values.",
        "Split the document.");

    public static readonly FaultText AliasesGrow = new("J105", Error, "Aliases grow too large", "Written out, the aliases of this document exceed {0:N0} values or {1} levels.",
        "YAML aliases (`*name`) count as often as they are used. Remove some.");

    public static readonly FaultText NotUtf8 = new("J106", Error, "Not UTF-8", "The file is not UTF-8: byte {0:N0} cannot be read.",
        "Save the file as UTF-8.");

    public static readonly FaultText RepeatedKey = new("J107", Error, "Key twice", "The key `{0}` is here twice.",
        "A mapping holds each key once; the second would silently win elsewhere.");

    public static readonly FaultText Empty = new("J108", Warning, "Nothing in it", "There is no document here.",
        "The file is empty, or holds only comments.");

    public static readonly FaultText UnknownKind = new("J109", Error, "Unknown kind of document", "`{0}` is not a kind of document.",
        "The first key of a document says what it is: `journey`, `rule`, `segment`, `funnel`, `test` or `workspace`.");

    public static readonly FaultText UnknownKey = new("J110", Error, "Unknown key", "`{0}` is not a key of {1}.",
        "Keys that nobody reads are refused, so that a typing error cannot silently change what a journey does.");

    public static readonly FaultText MissingKey = new("J111", Error, "Missing key", "{1} needs `{0}`.",
        "The key has no default.");

    public static readonly FaultText WrongValue = new("J112", Error, "Wrong kind of value", "`{0}` is {1}.",
        "A text, a list and a mapping are different things in YAML: a list has a dash before each item, a mapping has a colon after each key.");

    public static readonly FaultText NoAlternative = new("J113", Error, "Does not say what to do", "{0} has none of the keys that say what it does.",
        "A step has exactly one of the keys that name what it does, such as `wait` or `send`; an exit has `on` or `when`; and so on.");

    public static readonly FaultText TwoAlternatives = new("J114", Error, "Two things at once", "`{0}` and `{1}` do not go together in {2}.",
        "Write two steps, or two items.");

    public static readonly FaultText BadText = new("J115", Error, "Empty or too long text", "`{0}` is empty or too long.",
        "Texts have at least one and at most 10,000 characters; event names at most 200.");

    public static readonly FaultText BadName = new("J116", Error, "Not a name", "`{0}` is not a name.",
        "Names of documents and ids of steps stand in addresses, file names and expressions: letters, digits, hyphens and underscores, starting with a letter or digit.");

    public static readonly FaultText BadDuration = new("J117", Error, "Not a duration", "`{0}` is not a duration.",
                "A duration is a whole number with a unit, or several from large to small: `2w`, `7d`, `4h`, `90m`, `1h30m`, `45s`; " +
        "or ISO 8601 such as `PT4H`. It is longer than nothing and at most ten years.");

    public static readonly FaultText BadShare = new("J118", Error, "Not a share", "`{0}` is not a share.",
        "A share is a percentage from `0%` to `100%`, or a number from 0 to 1.");

    public static readonly FaultText BadTimeOfDay = new("J119", Error, "Not a time of day", "`{0}` is not a time of day.",
        "Hours and minutes on a 24-hour clock, in quotes: `\"09:00\"`, `\"21:30\"`.");

    public static readonly FaultText BadWeekday = new("J120", Error, "Not a weekday", "`{0}` is not a weekday.",
        "`mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, or their full English names.");

    public static readonly FaultText BadZone = new("J121", Error, "Unknown time zone", "There is no time zone `{0}`.",
        "IANA names such as `Europe/Rome`; where a customer's own zone makes sense, also `customer`. The time-zone data ships with the engine.");

    public static readonly FaultText BadCurrency = new("J122", Error, "Unknown currency", "There is no currency `{0}`.",
        "ISO 4217 codes such as `EUR`.");

    public static readonly FaultText BadChannel = new("J123", Error, "Not a channel", "`{0}` is not the name of a channel.",
        "Lower-case letters, digits and hyphens, at most 40: `email`, `sms`, `push`, `in-app`, `call-center`.");

    public static readonly FaultText BadTimestamp = new("J124", Error, "Not a time", "`{0}` is not a time.",
        "ISO 8601, such as `2026-03-01T10:00Z`; without an offset it is UTC.");

    public static readonly FaultText BadCount = new("J125", Error, "Not a number in bounds", "`{0}` is not a whole number in bounds.",
        "Digits only, within the bounds that the fault names.");

    public static readonly FaultText BadFlag = new("J126", Error, "Not true or false", "`{0}` is neither true nor false.",
        "Write `true` or `false`.");

    public static readonly FaultText BadChoice = new("J127", Error, "Not one of the choices", "`{0}` is not one of the choices here.",
        "The fault lists the choices.");

    public static readonly FaultText BadItemCount = new("J128", Error, "Wrong number of items", "`{0}` has {1} items.",
        "A list here is neither empty nor endless; the fault names its bounds.");

    public static readonly FaultText BadUrl = new("J129", Error, "Not a web address", "`{0}` is not a web address.",
        "An absolute `https://` or `http://` address; it may hold `{{ }}` after the host.");

    public static readonly FaultText KindNotFirst = new("J130", Error, "Kind is not first", "`{0}` has to be the first key of the document.",
        "A reader sees at the first line what a document is, and so does the engine.");

    public static readonly FaultText TooManyFaults = new("J131", Error, "Too many faults", "This document has more than {0} faults; the rest is left out.",
        "Mend these first.");

    public static readonly FaultText TooManyDocuments = new("J132", Error, "Too many documents", "A file has at most {0:N0} documents.",
        "Split the file.");

    public static readonly FaultText ConditionSyntax = new("J201", Error, "Expression cannot be read", "The expression cannot be read: {0}",
        "Conditions are written in CEL. Usual causes: `=` for `==`, `and` for `&&`, a missing quote or parenthesis.");

    public static readonly FaultText UnknownVariable = new("J202", Error, "Unknown variable", "{0}",
        "The variables are `event`, `customer`, `cart`, `checkout`, `session`, `timeline`, `run` and `now`.");

    public static readonly FaultText UnknownFunction = new("J203", Error, "Unknown function", "{0}",
        "CEL's own functions, and `count`, `performed`, `last`, `first`, `daysSince`, `inSegment`, `followed`.");

    public static readonly FaultText UnknownField = new("J204", Error, "Unknown field", "{0}",
        "The fields of each variable are listed in the language reference. `customer` and `event` also have whatever traits and properties were sent.");

    public static readonly FaultText WrongArguments = new("J205", Error, "Wrong arguments", "{0}",
        "Event names, segment names and windows are written out as texts, so that they can be checked before anything runs.");

    public static readonly FaultText TypeMismatch = new("J206", Error, "Types do not fit", "{0}",
        "A text is not compared with a number, nor a time with a text. CEL has conversions: `int(…)`, `double(…)`, `string(…)`, `timestamp(…)`, `duration(…)`.");

    public static readonly FaultText PersonalData = new("J207", Error, "Personal data in a condition", "{0}",
                "A replay after an erasure has to decide the same, so conditions read flags that are derived from personal data: " +
        "`customer.hasEmail`, `customer.hasPhone`, `customer.isKnown`. Templates may show personal data.");

    public static readonly FaultText ConditionTooDeep = new("J208", Error, "Expression nests too deep", "{0}",
        "Split the condition into a segment and a `branch`.");

    public static readonly FaultText ConditionTooLong = new("J209", Error, "Expression too long", "{0}",
        "Split the condition into a segment and a `branch`.");

    public static readonly FaultText NotACondition = new("J210", Error, "Not true or false", "This expression is never true or false: it gives {0}.",
        "A condition compares something: `cart.total > 50`, `customer.hasEmail`.");

    public static readonly FaultText BadWindow = new("J211", Error, "Not a window", "`{0}` is not a window of time.",
        "Windows are durations in quotes: `count(\"Order Completed\", \"365d\")`.");

    public static readonly FaultText WindowTooLong = new("J212", Error, "Window longer than history", "The window `{0}` is longer than what is kept of a customer's history.",
        "The functions over history see 400 days back, because a customer's state keeps no more.");

    public static readonly FaultText NotATime = new("J213", Error, "Not a time", "This expression is never a time: it gives {0}.",
        "`until` wants a time: `until: cart.updatedAt + duration(\"2h\")`.");

    public static readonly FaultText TemplateSyntax = new("J214", Error, "Template cannot be read", "The template cannot be read: {0}",
        "Templates are Handlebars: every `{{` needs its `}}`, every `{{#if …}}` its `{{/if}}`.");

    public static readonly FaultText TemplateUnknown = new("J215", Warning, "Template shows something unknown", "Nothing is known as `{0}`; it would be left empty.",
        "A template shows the same variables as a condition reads, and personal traits besides: `{{customer.firstName}}`.");

    public static readonly FaultText UnknownEvent = new("J301", Warning, "Unknown event name", "No event named `{0}` is known.",
                "Known are Segment's standard names, what Journey derives and records itself, what journeys `emit`, and the workspace's " +
        "`eventNames` and `eventAliases`. Add yours to the workspace.");

    public static readonly FaultText UnknownSegment = new("J302", Error, "Unknown segment", "There is no segment `{0}`.",
        "The segment is neither among the documents checked together nor published.");

    public static readonly FaultText UnknownTarget = new("J303", Error, "Goto leads nowhere", "There is no step `{0}` to go to.",
        "`goto` names the id of a step of the same journey.");

    public static readonly FaultText UnknownJourney = new("J304", Error, "Unknown journey", "There is no journey or rule `{0}`.",
        "The journey is neither among the documents checked together nor published.");

    public static readonly FaultText RepeatedName = new("J305", Error, "Name twice", "There is another {0} named `{1}`, at {2}.",
        "Names are unique among journeys and rules, among segments, among funnels and among tests.");

    public static readonly FaultText RepeatedId = new("J306", Error, "Step id twice", "There is another step `{0}`, at line {1}.",
        "Ids are what the versions of a journey are matched by; each is unique in its journey.");

    public static readonly FaultText SecondWorkspace = new("J307", Error, "Second workspace", "There is another workspace, at {0}.",
        "One set of documents has one `workspace`.");

    public static readonly FaultText UnknownChannel = new("J308", Warning, "Unknown channel", "No channel named `{0}` is known.",
        "Channels are an open set, but this looks like a typing error.");

    public static readonly FaultText DecisionStarts = new("J309", Error, "Decision as a trigger", "`{0}` is a decision of the engine, and decisions start no journey.",
        "Otherwise two journeys could start each other for ever. `emit` an event of your own, or `start` the journey.");

    public static readonly FaultText TooManySteps = new("J401", Error, "Too many steps", "The journey has {0:N0} steps; at most {1:N0} are allowed.",
        "Split the journey and `start` the parts.");

    public static readonly FaultText CycleWithoutWait = new("J402", Error, "Cycle without a wait", "Going to `{0}` closes a cycle in which nothing waits.",
        "Such a run would never come to rest. Put a `wait` or a `waitFor` into the cycle.");

    public static readonly FaultText Unreachable = new("J403", Warning, "Step never reached", "No path leads to the step `{0}`.",
        "Something before it always exits or goes elsewhere.");

    public static readonly FaultText WeightsOff = new("J404", Error, "Weights do not sum to 100%", "The weights of this split sum to {0:0.####}%.",
        "Every customer takes exactly one of the paths.");

    public static readonly FaultText RepeatedPath = new("J405", Error, "Split path twice", "The split has two paths named `{0}`.",
        "Names of paths are what reports compare.");

    public static readonly FaultText ElseNotLast = new("J406", Error, "Else is not last", "`else` has to be the last path of a branch, and there is one at most.",
        "Paths are tried from top to bottom; what follows `else` would never be taken.");

    public static readonly FaultText RuleWaits = new("J407", Error, "Rule waits", "A rule does not wait.",
        "A rule answers an event at once. What waits is a `journey`.");

    public static readonly FaultText BranchWithoutIf = new("J408", Error, "Branch without if", "This branch has no `if`.",
        "A branch has at least one path with a condition.");

    public static readonly FaultText TimeoutMissing = new("J409", Error, "Timeout missing", "`onTimeout` needs a `timeout`.",
        "Without one the run waits until an event comes or the run ends.");

    public static readonly FaultText RepeatedChannel = new("J410", Warning, "Channel twice", "`{0}` is tried twice.",
        "`fallback` lists other channels, in the order they are tried.");

    public static readonly FaultText NeverQuiet = new("J411", Warning, "Quiet hours that never are", "Quiet hours from `{0}` to the same time are never quiet.",
        "The period includes its start and excludes its end; equal ends mean an empty one.");

    public static readonly FaultText HoldoutEverybody = new("J412", Error, "Holdout of everybody", "A holdout of {0:0.##}% leaves nobody to send to.",
        "The share is below 100%.");

    public static readonly FaultText ReentryTwice = new("J413", Error, "Re-entry said twice", "`reentry` is both inside `enter` and beside it.",
        "Say it once.");

    public static readonly FaultText CooldownUnused = new("J414", Warning, "Cooldown without effect", "With `mode: once` a cooldown has no effect.",
        "A customer enters once, so there is no second entry to hold back.");

    public static readonly FaultText ResetNeedsDuration = new("J415", Error, "Nothing to reset", "`{0}` needs a `wait` for a duration.",
        "`resetOn` starts the duration anew; a wait until a moment has none. `resetWhere` and `maxResets` belong to `resetOn`.");

    public static readonly FaultText CallTooSlow = new("J416", Error, "Timeout of a call too long", "A call takes at most {0}.",
        "A run waits for the answer, and so do the calls behind it.");

    public static readonly FaultText StartsItself = new("J417", Warning, "Journey starts itself", "`{0}` starts itself.",
        "The run in progress counts for re-entry, so that only `concurrent` and `replace` let it in.");

    public static readonly FaultText StageTwice = new("J418", Error, "Stage twice", "The funnel has two stages named `{0}`.",
        "Give one of them another `name`.");

    public static readonly FaultText AliasChain = new("J501", Error, "Alias of an alias", "`{0}` stands for `{1}`, which stands for something else.",
        "An alias names a standard event directly.");

    public static readonly FaultText EventInTwoStages = new("J502", Error, "Event in two stages", "`{0}` is in the stages `{1}` and `{2}`.",
        "Stages group event names for journey maps; each event is in one.");

    public static readonly FaultText NoTime = new("J503", Error, "No time", "The first step of a test needs `at`.",
        "`after` counts from the step before.");

    public static readonly FaultText TimeGoesBack = new("J504", Error, "Time goes back", "This is before the step above it.",
        "Steps of a test stand in the order in which they arrive. An event that arrives late says when it happened in `occurredAt`.");

    public static readonly FaultText EndsTooEarly = new("J505", Error, "Ends too early", "`until` is before the last step.",
        "The virtual time of a test runs to `until`, or until nothing is due any more.");

    public static readonly FaultText Contradiction = new("J506", Error, "Expectations contradict", "`{0}` contradicts another expectation.",
        "`nothing-sent` does not go with `sent`, nor `no-run` with `run`.");

    public static readonly FaultText UnknownStep = new("J507", Error, "Unknown step", "`{0}` has no step `{1}`.",
        "Expectations name steps by id, given or derived from their place.");

    public static readonly FaultText PublishedFaults = new("J508", Error, "Published text has faults", "The text to publish has a fault: {0}",
        "A test publishes a journey or a rule, written out as a block of text.");

    public static readonly FaultText WrongPriority = new("J509", Error, "Priority of identifiers", "`priority` has to begin with `userId` and to name each kind once.",
        "Two customers with different user ids are two people, whatever else they share; so a user id comes before everything.");

    public static readonly FaultText BlocksEverything = new("J510", Error, "Pattern blocks everything", "`{0}` would block every `{1}`.",
        "A pattern has characters beside its `*`, such as `test@*`.");

    /// <summary>Gets all of them, by code.</summary>
    public static ImmutableArray<FaultText> All { get; } =
    [
        .. typeof(FaultTexts).GetFields().Where(field => field.FieldType == typeof(FaultText))
            .Select(field => (FaultText)field.GetValue(null)!).OrderBy(text => text.Code, StringComparer.Ordinal),
    ];
}
