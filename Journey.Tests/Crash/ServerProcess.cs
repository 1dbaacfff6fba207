using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Journey.Tests.Crash;

/// <summary>The real executable in a process of its own, so that killing it is killing it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "listening on ";
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    public Uri Url { get; private set; } = null!;

    /// <summary>Starts it and answers at once, whatever it has come to.</summary>
    /// <param name="store">A store's address.</param>
    public static ServerProcess BeginServing(string store, string documents) => Begin("serve", documents, "--store", store, "--url", "http://127.0.0.1:0");

    /// <summary>Starts any command and answers at once.</summary>
    public static ServerProcess Begin(params string[] arguments)
    {
        var server = new ServerProcess(new Process { StartInfo = Command(arguments) });
        server._process.OutputDataReceived += (_, line) => server.Read(line.Data);
        server._process.ErrorDataReceived += (_, line) => server._errors.Enqueue(line.Data ?? "");
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Publishes the documents, opens the store, and answers once it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string store, string documents)
    {
        var server = BeginServing(store, documents);
        var ended = server._process.WaitForExitAsync();
        if (await Task.WhenAny(server._listening.Task, ended, Task.Delay(StartMax)) != server._listening.Task)
        {
            var what = server.HasEnded ? "ended before it listened" : $"does not listen after {StartMax}";
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server {what}:\n{server.Errors}");
        }

        server.Url = await server._listening.Task;
        return server;
    }

    /// <summary>Runs a command to its end and answers its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Printed)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Command(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public string Errors => string.Join('\n', _errors.TakeLast(50));

    public bool HasEnded => _process.HasExited;

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it neither runs nor ends, and its connections stay open.</summary>
    public void Hang() => Signal("STOP");

    /// <summary>SIGCONT: it goes on as if nothing had been.</summary>
    public void GoOn() => Signal("CONT");

    /// <summary>SIGTERM, and answers its exit code once it has ended by itself.</summary>
    public Task<int> StopAsync() => EndAsync("TERM");

    /// <summary>SIGINT, as Ctrl-C sends it, and answers its exit code once it has ended by itself.</summary>
    public Task<int> InterruptAsync() => EndAsync("INT");

    private async Task<int> EndAsync(string signal)
    {
        Signal(signal);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Answers once it has written a line of errors or progress that begins so.</summary>
    /// <exception cref="InvalidOperationException">It ended without.</exception>
    public async Task SaysAsync(string beginning)
    {
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.StartsWith(beginning, StringComparison.Ordinal) == true)
            {
                said.TrySetResult();
            }
        }

        _process.ErrorDataReceived += Hear;
        var ended = _process.WaitForExitAsync();
        if (!_errors.Any(line => line.StartsWith(beginning, StringComparison.Ordinal)) && await Task.WhenAny(said.Task, ended).WaitAsync(StartMax) == ended && !said.Task.IsCompleted)
        {
            throw new InvalidOperationException($"It ended without saying `{beginning}`:\n{Errors}");
        }

        _process.ErrorDataReceived -= Hear;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(params string[] arguments)
    {
        // Three folders up from the shared framework is the installation that runs this test.
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "journey"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = dotnet },
        };
    }

    private void Read(string? line)
    {
        if (line?.StartsWith(Announcement, StringComparison.Ordinal) == true)
        {
            _listening.TrySetResult(new Uri(line[Announcement.Length..]));
        }
    }
}
