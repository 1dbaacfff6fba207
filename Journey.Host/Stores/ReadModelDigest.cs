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

        // Cells are a few bytes each, and every call of the hash costs more than hashing them.
        private readonly byte[] _buffer = new byte[32_768];
        private int _used;

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
                    Room(1)[0] = 0;
                    break;
            }
        }

        /// <summary>The length as 32 bits, and the bytes.</summary>
        public void Add(ReadOnlySpan<byte> bytes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Room(4), bytes.Length);
            if (bytes.Length <= _buffer.Length)
            {
                bytes.CopyTo(Room(bytes.Length));
            }
            else
            {
                Flush();
                _hash.AppendData(bytes);
            }
        }

        public string Finish()
        {
            Flush();
            return Convert.ToHexStringLower(_hash.GetHashAndReset());
        }

        public void Dispose() => _hash.Dispose();

        private void AddText(string text)
        {
            Room(1)[0] = 1;
            var length = Encoding.UTF8.GetByteCount(text);
            if (length > _buffer.Length)
            {
                Add(Encoding.UTF8.GetBytes(text));
                return;
            }

            BinaryPrimitives.WriteInt32LittleEndian(Room(4), length);
            Encoding.UTF8.GetBytes(text, Room(length));
        }

        private void AddNumber(byte kind, long bits)
        {
            var room = Room(9);
            room[0] = kind;
            BinaryPrimitives.WriteInt64LittleEndian(room[1..], bits);
        }

        private void AddReal(double value)
        {
            if (double.IsNaN(value))
            {
                Room(1)[0] = 0;
            }
            else
            {
                AddNumber(3, BitConverter.DoubleToInt64Bits(value == 0 ? 0.0 : value));
            }
        }

        private Span<byte> Room(int length)
        {
            if (_buffer.Length - _used < length)
            {
                Flush();
            }

            var room = _buffer.AsSpan(_used, length);
            _used += length;
            return room;
        }

        private void Flush()
        {
            _hash.AppendData(_buffer, 0, _used);
            _used = 0;
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
