using Journey.Tests.Benchmarks;

// The test runner finds tests by itself; started by hand, this program measures.
return args is ["bench", .. var names]
    ? await BenchmarkProgram.RunAsync(names)
    : Usage();

static int Usage()
{
    Console.Error.WriteLine("Tests run with `dotnet test`. Benchmarks: dotnet run -c Release --project Journey.Tests -- bench [NAME ...]");
    return 2;
}
