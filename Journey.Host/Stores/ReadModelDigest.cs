using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Journey.Projections.ReadModels;

namespace Journey.Host.Stores;

/// <summary>SHA-256, in lower-case hex, over a read model's rows: equal for equal content, wherever the rows lie.</summary>
/// <remarks>
/// The encoding, rows in the order of their keys (text by its UTF-8 bytes), columns as defined, numbers little-endian:
/// nothing is byte 0; text is byte 1, its length in bytes as 32 bits, and its UTF-8; a whole number is byte 2 and 64 bits;
/// a real one is byte 3 and the 64 bits of IEEE 754. In a column of real numbers whole ones are taken as real, minus zero as zero,
/// and what is not a number as nothing, because that is what a database makes of them.
/// </remarks>
public static class ReadModelDigest
{
    /// <param name="rows">In any order; sorted in memory.</param>
    public static string Of(TableDefinition table, IEnumerable<Cell[]> rows) => OfSorted(table, rows.Order(new KeyOrder(table.KeyColumns)));

    /// <param name="states">In any order. Positions are left out: they say when a state was last written, not what it is.</param>
    public static string OfStates(IEnumerable<StoredState> states) =>
        OfSortedStates(states.Order(Comparer<StoredState>.Create((left, right) => KeyOrder.CompareText(left.Customer, right.Customer))));

    internal static string OfSorted(TableDefinition table, IEnumerable<Cell[]> rows)
    {
        using var digest = new DigestWriter();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                digest.Add(row[i], table.Columns[i].Type);
            }
        }

        return digest.Finish();
    }

    internal static string OfSortedStates(IEnumerable<StoredState> states)
    {
        using var digest = new DigestWriter();
        foreach (var state in states)
        {
            digest.Add(state.Customer, ColumnType.Text);
            digest.Add(state.DueAt, ColumnType.Integer);
            digest.Add(state.State.Span);
        }

        return digest.Finish();
    }

    private sealed class DigestWriter : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private byte[] _buffer = new byte[256];

        public void Add(in Cell cell, ColumnType type)
        {
            switch (cell.Kind)
            {
                case CellKind.Text:
                    AddText(cell.Text!);
                    break;
                case CellKind.Integer when type != ColumnType.Real:
                    AddNumber(2, cell.Integer);
                    break;
                case CellKind.Integer or CellKind.Real:
                    AddReal(cell.Kind == CellKind.Real ? cell.Real : cell.Integer);
                    break;
                default:
                    _hash.AppendData([0]);
                    break;
            }
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            Span<byte> head = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
            _hash.AppendData(head);
            _hash.AppendData(bytes);
        }

        public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public void Dispose() => _hash.Dispose();

        private void AddText(string text)
        {
            const int head = 5;
            var max = Encoding.UTF8.GetMaxByteCount(text.Length) + head;
            if (_buffer.Length < max)
            {
                _buffer = new byte[max * 2];
            }

            var length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(head));
            _buffer[0] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(1), length);
            _hash.AppendData(_buffer, 0, head + length);
        }

        private void AddNumber(byte kind, long bits)
        {
            Span<byte> bytes = stackalloc byte[9];
            bytes[0] = kind;
            BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], bits);
            _hash.AppendData(bytes);
        }

        private void AddReal(double value)
        {
            if (double.IsNaN(value))
            {
                _hash.AppendData([0]);
            }
            else
            {
                AddNumber(3, BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : value));
            }
        }
    }

    private sealed class KeyOrder(int keyColumns) : IComparer<Cell[]>
    {
        public int Compare(Cell[]? x, Cell[]? y)
        {
            for (var i = 0; i < keyColumns; i++)
            {
                var order = CompareCells(x![i], y![i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return 0;
        }

        /// <summary>As UTF-8 bytes compare. UTF-16 differs in one thing: what lies beyond its first plane comes before U+E000 there, and after here.</summary>
        public static int CompareText(string left, string right)
        {
            var same = left.AsSpan().CommonPrefixLength(right);
            if (same == left.Length || same == right.Length)
            {
                return left.Length.CompareTo(right.Length);
            }

            var (l, r) = (left[same], right[same]);
            return char.IsSurrogate(l) != char.IsSurrogate(r) && l >= '\ud800' && r >= '\ud800'
                ? char.IsSurrogate(l) ? 1 : -1
                : l.CompareTo(r);
        }

        private static int CompareCells(in Cell left, in Cell right)
        {
            var (l, r) = (Rank(left.Kind), Rank(right.Kind));
            return l != r ? l.CompareTo(r)
                : left.Kind == CellKind.Text ? CompareText(left.Text!, right.Text!)
                : left.Kind == CellKind.Integer && right.Kind == CellKind.Integer ? left.Integer.CompareTo(right.Integer)
                : Number(left).CompareTo(Number(right));
        }

        private static int Rank(CellKind kind) => kind switch
        {
            CellKind.Null => 0,
            CellKind.Text => 2,
            _ => 1,
        };

        private static double Number(in Cell cell) => cell.Kind == CellKind.Integer ? cell.Integer : cell.Real;
    }
}
