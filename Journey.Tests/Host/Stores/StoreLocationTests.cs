using Journey.Host.Stores;

namespace Journey.Tests.Host.Stores;

public sealed class StoreLocationTests
{
    [TestCase("sqlite:shop.db", "shop.db")]
    [TestCase("SQLite:data/shop.db", "data/shop.db")]
    public void A_location_names_a_file(string text, string path) =>
        Assert.That(StoreLocation.Parse(text), Is.EqualTo(new StoreLocation.Sqlite(Path.GetFullPath(path))));

    [TestCase("", "Expected sqlite:PATH")]
    [TestCase("shop.db", "Expected sqlite:PATH")]
    [TestCase("sqlite:", "needs a path")]
    [TestCase("sqlite:  ", "needs a path")]
    [TestCase("esdb://localhost", "'esdb' stores are not supported by this version. Supported: sqlite:PATH")]
    [TestCase("postgres://journey:secret@localhost", "This is not the address of a PostgreSQL database. Expected postgres://USER")]
    [TestCase("postgres:shop", "This is not the address of a PostgreSQL database")]
    [TestCase("postgres://journey:secret@localhost/shop?sslmod=require", "'sslmod' in the address: there is no such option, or it takes another kind of value")]
    [TestCase("postgres://journey:secret@localhost/shop?sslmode=often", "'sslmode' in the address: there is no such option, or it takes another kind of value")]
    [TestCase("postgres://journey:secret@localhost/shop?pooler=session", "expected pooler=transaction")]
    public void Any_other_location_is_refused_with_what_was_expected(string text, string message) =>
        Assert.That(() => StoreLocation.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains(message).And.Message.Not.Contains("secret"));

    [TestCase("postgres://journey:s%40cret@db.shop.example:5433/shop", "postgres://journey@db.shop.example:5433/shop")]
    [TestCase("postgresql://journey@localhost/shop?sslmode=verify-full&pooler=transaction", "postgres://journey@localhost:5432/shop")]
    public void A_database_is_named_without_its_password(string text, string shown) => Assert.That(StoreLocation.Parse(text).ToString(), Is.EqualTo(shown));
}
