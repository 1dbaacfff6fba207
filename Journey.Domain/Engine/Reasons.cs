namespace Journey.Domain.Engine;

/// <summary>Why a run ended, where the document does not say it in its own words. On disk: add, never rename.</summary>
public static class ExitReasons
{
    /// <summary>The last step was done.</summary>
    public const string Completed = "completed";

    /// <summary>The same customer and key entered again, and re-entry is <c>replace</c>.</summary>
    public const string Replaced = "replaced";

    /// <summary>A later stage's abandonment started a run.</summary>
    public const string Precedence = "precedence";

    /// <summary>Two customers became one, and an older run of the same journey and key stays.</summary>
    public const string Merged = "merged";

    /// <summary>A bound of <see cref="EngineLimits"/> was reached.</summary>
    public const string Limit = "limit";

    /// <summary>The journey was paused for so long that the next send would have come too late.</summary>
    public const string Stale = "stale";

    /// <summary>A newer version has neither the run's step nor any that followed it.</summary>
    public const string MigratedAway = "migrated-away";

    /// <summary>The journey was retired while its pause held the run. Other runs go on by their version.</summary>
    public const string Retired = "retired";

    /// <summary>A cap withheld a message, and <c>onBlocked</c> is <c>exit</c>.</summary>
    public const string Cap = "cap";

    /// <summary>Quiet hours withheld a message, and <c>onBlocked</c> is <c>exit</c>.</summary>
    public const string Quiet = "quiet";

    /// <summary>The customer was erased.</summary>
    public const string Erased = "erased";

    /// <summary>An expression that a step cannot do without ended in an error, or in something that is not a time.</summary>
    public const string Error = "error";
}

/// <summary>Why a message was withheld. On disk: add, never rename.</summary>
public static class SuppressionReasons
{
    /// <summary>No channel of the send has an address to reach the customer at.</summary>
    public const string Unreachable = "unreachable";
    public const string Consent = "consent";

    /// <summary>The address bounced for good, and no other is known.</summary>
    public const string Bounced = "bounced";

    /// <summary>The owner of the address called a message spam, and no other address is known.</summary>
    public const string Complained = "complained";
    public const string Holdout = "holdout";
    public const string Guard = "guard";
    public const string Cap = "cap";
    public const string Quiet = "quiet";
    public const string Stale = "stale";
}

/// <summary>What <c>run.steps.ID.outcome</c> says, where it is neither a split's arm, nor a branch's by its number from 1, nor an awaited event, nor why a message was withheld.</summary>
public static class StepOutcomes
{
    public const string Done = "done";
    public const string Requested = "requested";
    public const string Timeout = "timeout";
    public const string Answered = "answered";
    public const string Failed = "failed";
    public const string Else = "else";
}

/// <summary>Why a customer did not enter, where that is recorded. On disk: add, never rename.</summary>
public static class RefusalReasons
{
    public const string Paused = "paused";
    public const string Limit = "limit";
}
