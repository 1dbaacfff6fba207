namespace Journey.Domain.Engine;

/// <summary>Why an address must not be written to again. The numbers are on disk: add, never renumber.</summary>
public enum AddressFault : byte
{
    None = 0,

    /// <summary>A message to it came back for good.</summary>
    Bounced = 1,

    /// <summary>Its owner called a message spam.</summary>
    Complained = 2,
}
