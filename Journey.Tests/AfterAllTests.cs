using Journey.Tests.Postgres;

namespace Journey.Tests;

/// <summary>Stops the tests' server after the last of them.</summary>
[SetUpFixture]
public sealed class AfterAllTests
{
    [OneTimeTearDown]
    public void Stop()
    {
        PooledDatabase.End();
        if (PostgresCluster.IsStarted)
        {
            PostgresCluster.Instance.Delete();
        }
    }
}
