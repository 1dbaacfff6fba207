using System.Diagnostics;
using System.Globalization;

namespace Journey.Tests.Benchmarks;

/// <summary>The most memory that this process was seen to have.</summary>
internal sealed class PeakMemory
{
    public long WorkingSet { get; private set; }

    public long Heap { get; private set; }

    /// <summary>Resident, and no file's: pages of a mapped store are the system's to take back. 0 where the system does not tell.</summary>
    public long Anonymous { get; private set; }

    public void Look()
    {
        using var process = Process.GetCurrentProcess();
        WorkingSet = Math.Max(WorkingSet, process.WorkingSet64);
        Heap = Math.Max(Heap, GC.GetTotalMemory(forceFullCollection: false));
        Anonymous = Math.Max(Anonymous, ReadAnonymous());
    }

    private static long ReadAnonymous()
    {
        const string status = "/proc/self/status";
        const string name = "RssAnon:";
        return File.Exists(status) && Array.Find(File.ReadAllLines(status), line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line.AsSpan(name.Length).TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture) * 1_024
            : 0;
    }
}
